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
import { maintainedIndexes, type Index, type Table } from "./catalog.ts";
import { insertOutcome, outcomeKey, OUTCOMES_INDEX } from "./outcomes.ts";
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
  if (pending.outcome !== null) {
    const { text, ...request } = pending.outcome;
    insertOutcome(store, request, { text, ts });
    writes.push({ index: OUTCOMES_INDEX, key: outcomeKey(request) });
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
  const earlier = before?.document ?? null;
  const document = after === null ? null : resolveCommitTs(after.document, ts);
  const version =
    document !== null && after !== null
      ? store.insertVersion(table.storage, idKey, ts, { document, size: after.size })
      : null;
  for (const index of maintainedIndexes(table)) {
    if (index.definition.kind === "db") {
      applyEntry(store, index, earlier, document, { ts, version }, writes);
      continue;
    }
    if (document !== null && version !== null) indexVersion(store, index, version, document);
    const states = [earlier, document].filter((state) => state !== null);
    const keys = new Set(states.flatMap((state) => searchKeys(index.definition, state)));
    for (const key of keys) writes.push({ index: index.number, key });
  }
  return { table, after: document };
}

/** An entry stays as it is while the document keeps its key: it holds the key, not the document. */
function applyEntry(
  store: VersionStore,
  index: Index,
  before: StoredDocument | null,
  after: StoredDocument | null,
  { ts, version }: { ts: number; version: number | null },
  writes: WrittenKey[],
): void {
  const oldKey = before === null ? null : indexKey(index, before);
  const newKey = after === null ? null : indexKey(index, after);
  if (oldKey !== null) writes.push({ index: index.number, key: oldKey });
  if (newKey === oldKey) return;
  if (oldKey !== null) store.endEntry(index.number, oldKey, ts);
  if (newKey !== null && version !== null) {
    store.insertEntry(index.number, newKey, ts, version);
    writes.push({ index: index.number, key: newKey });
  }
}
