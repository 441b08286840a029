/**
 * The rows that make a blob a stored file: `_storage` (what functions see) and `_stored_files` (which
 * blob it is). Written in the transaction of whoever stores or deletes. Knows nothing of disks.
 */
import { badRequest } from "../store/databaseError.ts";
import type { Transaction } from "../transaction/transaction.ts";
import type { RangeBound } from "../transaction/queryJson.ts";
import { tableNumberOf } from "../values/documentId.ts";
import type { StoredDocument } from "../values/jsonValue.ts";

export interface StoredFile {
  readonly storageId: string;
  readonly uuid: string;
  readonly size: number;
  /** Base64 of the digest. */
  readonly sha256: string;
  readonly contentType: string | null;
}

const FILES_TABLE = "_storage";
const BLOBS_TABLE = "_stored_files";

/** Returns the new storage id. */
export function insertStoredFile(tx: Transaction, file: Omit<StoredFile, "storageId">): string {
  const { uuid, size, sha256, contentType } = file;
  const storageId = tx.system.insert(FILES_TABLE, {
    sha256,
    size,
    ...(contentType === null ? {} : { contentType }),
  });
  tx.system.insert(BLOBS_TABLE, { storageId, uuid });
  return storageId;
}

/** A file as it was elsewhere. @throws BAD_REQUEST if the id is taken */
export function restoreStoredFile(
  tx: Transaction,
  file: StoredFile & { readonly creationTime: number | null },
): void {
  const { storageId, uuid, size, sha256, contentType, creationTime } = file;
  tx.system.restore(FILES_TABLE, {
    ...{ _id: storageId, sha256, size },
    ...(contentType === null ? {} : { contentType }),
    ...(creationTime === null ? {} : { _creationTime: creationTime }),
  });
  tx.system.insert(BLOBS_TABLE, { storageId, uuid });
}

/**
 * Null when the file is gone or the id is not that of a file of the transaction's component.
 * @throws BAD_REQUEST when it is no id at all, as on Convex
 */
export function readStoredFile(tx: Transaction, storageId: string): StoredFile | null {
  if (tableNumberOf(storageId) === null) throw badRequest(`"${storageId}" is not a storage ID.`);
  if (tx.normalizeId(FILES_TABLE, storageId) === null) return null;
  return storedFile(tx, storageId);
}

function storedFile(tx: Transaction, storageId: string): StoredFile | null {
  const row = tx.system.get(storageId);
  const blob = findBlob(tx, "storageId", storageId);
  if (row === null || blob === null) return null;
  return {
    storageId,
    uuid: blob["uuid"] as string,
    size: row["size"] as number,
    sha256: row["sha256"] as string,
    contentType: typeof row["contentType"] === "string" ? row["contentType"] : null,
  };
}

/** The file whose blob has that UUID, whichever component's it is, or null. */
export function findStoredFile(tx: Transaction, uuid: string): StoredFile | null {
  const blob = findBlob(tx, "uuid", uuid);
  return blob === null ? null : storedFile(tx, blob["storageId"] as string);
}

/** Returns the file that was. @throws BAD_REQUEST when there is none */
export function deleteStoredFile(tx: Transaction, storageId: string): StoredFile {
  const file = readStoredFile(tx, storageId);
  const blob = findBlob(tx, "storageId", storageId);
  if (file === null || blob === null) {
    throw badRequest(`storage id ${storageId} not found`);
  }
  tx.system.delete(FILES_TABLE, storageId);
  tx.system.delete(BLOBS_TABLE, blob._id);
  return file;
}

/** The UUIDs of all blobs that rows point to. */
export function* storedBlobs(tx: Transaction): Generator<string> {
  const cursor = tx.system.openQuery({
    source: { type: "FullTableScan", tableName: BLOBS_TABLE, order: "asc" },
    operators: [],
  });
  for (let row = cursor.next(); row !== null; row = cursor.next()) yield row["uuid"] as string;
}

function findBlob(
  tx: Transaction,
  field: "storageId" | "uuid",
  value: string,
): StoredDocument | null {
  const range: RangeBound[] = [{ type: "Eq", fieldPath: field, value }];
  const cursor = tx.system.openQuery({
    source: { type: "IndexRange", indexName: `${BLOBS_TABLE}.by_${field}`, range, order: "asc" },
    operators: [{ limit: 1 }],
  });
  try {
    return cursor.next();
  } finally {
    cursor.close();
  }
}
