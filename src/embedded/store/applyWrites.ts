/**
 * Turns the pending writes of a transaction into rows at a timestamp, and says which index keys they
 * touched. Runs inside an open SQLite transaction; indexes that are still being built are kept up to
 * date like any other.
 */
import { indexVersion, searchKeys } from "../search/searchTables.ts";
import {
  indexKey,
  type PendingDocument,
  type PendingWrites,
} from "../transaction/pendingWrites.ts";
import type { WrittenKey } from "../transaction/readSet.ts";
import { encodeKey } from "../values/keyEncoding.ts";
import { resolveCommitTs } from "../values/commitTs.ts";
import type { StoredDocument } from "../values/jsonValue.ts";
import { maintainedIndexes, type Table } from "./catalog.ts";
import { saveTable } from "./savedCatalog.ts";
import type { VersionStore } from "./versionStore.ts";

export interface AppliedDocument {
  readonly table: Table;
  readonly after: StoredDocument | null;
}

export interface AppliedWrites {
  readonly writes: WrittenKey[];
  readonly documents: AppliedDocument[];
}

export function applyWrites(
  store: VersionStore,
  pending: PendingWrites,
  ts: number,
): AppliedWrites {
  const writes: WrittenKey[] = [];
  const documents: AppliedDocument[] = [];
  for (const [id, document] of pending.documents()) {
    if (document.before === null && document.after === null) continue; // came and went
    saveTable(store, document.table);
    documents.push(applyDocument(store, id, document, ts, writes));
  }
  return { writes, documents };
}

function applyDocument(
  store: VersionStore,
  id: string,
  { table, before, after }: PendingDocument,
  ts: number,
  writes: WrittenKey[],
): AppliedDocument {
  const idKey = encodeKey(id);
  writes.push({ index: table.byId.number, key: idKey });
  if (before !== null) store.endVersion(before.version, ts);
  const document = after === null ? null : resolveCommitTs(after.document, ts);
  applyEntries(store, table, before?.document ?? null, document, ts, writes);
  if (document !== null && after !== null) {
    const version = store.insertVersion(table.number, idKey, ts, { document, size: after.size });
    for (const index of maintainedIndexes(table)) indexVersion(store, index, version, document);
  }
  for (const { number, definition } of maintainedIndexes(table)) {
    const keys = [before?.document, document].flatMap((state) =>
      state ? searchKeys(definition, state) : [],
    );
    for (const key of new Set(keys)) writes.push({ index: number, key });
  }
  return { table, after: document };
}

/** An entry stays as it is while the document keeps its key: it holds the key, not the document. */
function applyEntries(
  store: VersionStore,
  table: Table,
  before: StoredDocument | null,
  after: StoredDocument | null,
  ts: number,
  writes: WrittenKey[],
): void {
  for (const index of maintainedIndexes(table)) {
    if (index.definition.kind !== "db") continue;
    const oldKey = before === null ? null : indexKey(index, before);
    const newKey = after === null ? null : indexKey(index, after);
    if (oldKey !== null) writes.push({ index: index.number, key: oldKey });
    if (newKey === oldKey) continue;
    if (oldKey !== null) store.endEntry(index.number, oldKey, ts);
    if (newKey !== null) {
      store.insertEntry(index.number, newKey, ts);
      writes.push({ index: index.number, key: newKey });
    }
  }
}
