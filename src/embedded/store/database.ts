/**
 * The database as the rest of the engine sees it. What it promises is written here; how it keeps it is
 * `openDatabase.ts`'s business.
 */
import type { Schema, Schemas } from "../schema/schema.ts";
import type { WrittenKey } from "../transaction/readSet.ts";
import type { Transaction, TransactionKind } from "../transaction/transaction.ts";
import type { TransactionLimits } from "../transaction/transactionUsage.ts";
import type { SchemaChange } from "./schemaChanger.ts";
import type { SchemaProgress } from "./schemaProgress.ts";
import type { TableName } from "./tableStaging.ts";

export interface DatabaseOptions {
  path: string;
  /** Microseconds since the epoch. */
  now?: () => number;
  /** 16 fresh random bytes. */
  random?: () => Uint8Array;
  /** How long versions stay readable after they were superseded, in µs. Default 30 s. */
  retentionUs?: number;
  /** Refuse to grow the file beyond this. Default: the disk's size. */
  maxBytes?: number;
  /** How much of the file is kept in memory. Default 64 MiB. */
  cacheBytes?: number;
}

export interface Commit {
  /** Microseconds since the epoch. For a transaction that wrote nothing: its snapshot. */
  readonly ts: number;
  readonly writes: readonly WrittenKey[];
}

export interface BeginOptions {
  /** Read at this time instead of the latest; only for queries, no later than `latestTs()`. */
  ts?: number;
  limits?: Partial<TransactionLimits>;
}

export interface Database {
  /** The last commit that is on disk. Microseconds since the epoch. */
  latestTs(): number;
  /** Of the app, or of one of its components. */
  schema(component?: string): Schema;
  /** Tables of a component's user that hold or held documents or are in the schema, sorted by name. */
  tables(component?: string): { name: string; number: number }[];
  /** How many groups of commits, one fsync each, have been flushed since the file was opened. */
  flushedGroups(): number;
  /** The number of a component's table, made if need be, with the wanted number if that is free. */
  ensureTable(component: string, name: string, wanted?: number): number;
  /**
   * Makes schemas the current ones, that of the app and those of its components by their paths:
   * validates the stored documents of tables whose type changed, and builds and drops indexes. Yields
   * to other work; commits go on meanwhile. Subscriptions should be
   * run again afterwards, and transactions that were open fail with a conflict.
   * @throws SchemaMismatchError; the old schema stays
   */
  applySchema(schema: Schema, components?: Schemas): Promise<SchemaChange>;
  /** How far `applySchema` has come, by component; empty when none is under way. */
  schemaProgress(): Map<string, SchemaProgress>;
  /** Whether the stored documents fit schemas; changes nothing. @throws SchemaMismatchError */
  checkSchema(schema: Schema, components?: Schemas): Promise<void>;
  /** A query reads the last flushed commit; a mutation the last applied one. */
  begin(kind: TransactionKind, options?: BeginOptions): Transaction;
  /**
   * Checks and applies at once (synchronously, within the call); resolves when it is on disk.
   * Rejects with ConflictError (run it again) or STORAGE_FAILED (nothing was kept).
   */
  commit(tx: Transaction): Promise<Commit>;
  /**
   * Resolves when all that a mutation may have read is on disk: await it before the outcome of a
   * mutation that is NOT committed (it threw) is revealed. Rejects with ConflictError if what it read
   * was lost, in which case the mutation must run again.
   */
  settled(tx: Transaction): Promise<void>;
  /**
   * Forgets outcomes of requests that were committed before a time (microseconds since the epoch), at most
   * `limit`. Resolves with how many, when that is on disk.
   */
  forgetOutcomes(before: number, limit: number): Promise<number>;
  /** Called after the flush, in commit order, before the promise of `commit` resolves. */
  onCommit(listener: (commit: Commit) => void): () => void;
  /**
   * Begins to fill tables anew, which only the transactions of what is returned see. @throws STORAGE_FAILED
   */
  stageTables(names: readonly TableName[]): StagedTables;
  /** Called when staged tables were put in place: all that was read before is out of date. */
  onTablesReplaced(listener: () => void): () => void;
  /** Flushes and closes the file. Idempotent; nothing may be called afterwards. */
  close(): Promise<void>;
}

/** Tables that are being filled and that nobody else sees. Ends with `install` or `abandon`. */
export interface StagedTables extends Pick<Database, "begin" | "commit"> {
  /**
   * Puts the tables in the place of the old ones and commits a transaction of the database's, at once or
   * not at all. Open transactions fail with a conflict. Resolves when it is on disk.
   * @throws ConflictError (try again with a new transaction), STORAGE_FAILED, BAD_REQUEST after a change of schema
   */
  install(tx: Transaction): Promise<void>;
  abandon(): void;
}
