/**
 * Every error that leaves the store. The message is what the author of a Convex function reads; the
 * code is what the engine decides by.
 */
import type { JSONValue } from "../values/jsonValue.ts";

/**
 * - `BAD_REQUEST`: the function asked for something impossible (unknown index, malformed id, …).
 * - `LIMIT_EXCEEDED`: a documented limit of Convex was passed.
 * - `SCHEMA_VIOLATION`: a write does not match the schema.
 * - `CONFLICT`: the transaction cannot commit as it stands; running it again may succeed.
 * - `SNAPSHOT_TOO_OLD`: the versions to read were pruned.
 * - `SCHEMA_MISMATCH`: stored documents do not match a new schema.
 * - `STORAGE_FAILED`: the disk refused (full, broken); nothing of the commit was kept.
 */
export type DatabaseErrorCode =
  | "BAD_REQUEST"
  | "LIMIT_EXCEEDED"
  | "SCHEMA_VIOLATION"
  | "CONFLICT"
  | "SNAPSHOT_TOO_OLD"
  | "SCHEMA_MISMATCH"
  | "STORAGE_FAILED";

export class DatabaseError extends Error {
  readonly code: DatabaseErrorCode;
  /** Data for the client beside the message, as a ConvexError would carry it. */
  readonly data: JSONValue | undefined;

  constructor(
    code: DatabaseErrorCode,
    message: string,
    options: { data?: JSONValue; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "DatabaseError";
    this.code = code;
    this.data = options.data;
  }
}

/** Another commit changed what this transaction read. Run it again from the start. */
export class ConflictError extends DatabaseError {
  constructor(message: string) {
    super("CONFLICT", message);
    this.name = "ConflictError";
  }
}

/** A stored document does not match the schema that was to be applied; the old schema stays. */
export class SchemaMismatchError extends DatabaseError {
  /** Path of the component whose table it is; "" for the app. */
  readonly component: string;
  readonly table: string;
  readonly documentId: string;
  /** Where in the document, as `.field.inner[2]`; empty for the document itself. */
  readonly path: string;

  constructor(
    where: { component: string; table: string; documentId: string; path: string },
    message: string,
  ) {
    super("SCHEMA_MISMATCH", message);
    this.name = "SchemaMismatchError";
    this.component = where.component;
    this.table = where.table;
    this.documentId = where.documentId;
    this.path = where.path;
  }
}

/** The caller asked for something that cannot be. */
export function badRequest(message: string): DatabaseError {
  return new DatabaseError("BAD_REQUEST", message);
}

/** The disk refused, whoever wrote. */
export function isStorageFailure(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && error.code === "STORAGE_FAILED";
}
