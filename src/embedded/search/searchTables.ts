/**
 * Keeps the SQLite side of text and vector indexes: an FTS5 table for each text index, one table for
 * the vectors of all vector indexes. Rows belong to a document VERSION, so snapshot visibility is
 * that of the version, and pruning a version takes its rows along.
 */
import type { Index } from "../store/catalog.ts";
import type { VersionStore } from "../store/versionStore.ts";
import type {
  IndexDefinition,
  SearchIndexDefinition,
  VectorIndexDefinition,
} from "../schema/schema.ts";
import { fieldAt, type StoredDocument } from "../values/jsonValue.ts";
import { documentTokens } from "./filterToken.ts";
import { toUnitVector } from "./vectorSearch.ts";

/** The name of a text index's FTS5 table. */
export function textTable(index: Index): string {
  return `text_${index.number}`;
}

export function createSearchTables(store: VersionStore): void {
  store.sqlite.exec(`
    CREATE TABLE IF NOT EXISTS vectors (
      index_number INTEGER NOT NULL, version INTEGER NOT NULL,
      filters TEXT NOT NULL, vector BLOB NOT NULL,
      PRIMARY KEY (index_number, version)) WITHOUT ROWID`);
}

/** Makes room for a new index. */
export function createSearchIndex(store: VersionStore, index: Index): void {
  if (index.definition.kind !== "search") return;
  store.sqlite.exec(
    `CREATE VIRTUAL TABLE ${textTable(index)} USING fts5(body, filters, content = '',
       contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3')`,
  );
}

export function dropSearchIndex(store: VersionStore, indexNumber: number): void {
  store.sqlite.exec(`DROP TABLE IF EXISTS text_${indexNumber}`);
}

/** Removes vectors of an index that is no more. Returns how many. */
export function deleteVectorsOf(store: VersionStore, indexNumber: number, limit: number): number {
  const { changes } = store
    .prepare(
      `DELETE FROM vectors WHERE (index_number, version) IN (
         SELECT index_number, version FROM vectors WHERE index_number = ? LIMIT ? + 0)`,
    )
    .run(indexNumber, limit);
  return Number(changes);
}

/** Indexes one version. Harmless if it is there already. */
export function indexVersion(
  store: VersionStore,
  index: Index,
  version: number,
  document: StoredDocument,
): void {
  const { definition } = index;
  if (definition.kind === "search") indexText(store, index, definition, version, document);
  if (definition.kind === "vector") indexVector(store, index, definition, version, document);
}

/** Forgets one version. */
export function unindexVersion(store: VersionStore, index: Index, version: number): void {
  if (index.definition.kind === "search") {
    store.prepare(`DELETE FROM ${textTable(index)} WHERE rowid = ?`).run(version);
  }
  if (index.definition.kind === "vector") {
    store
      .prepare("DELETE FROM vectors WHERE index_number = ? AND version = ?")
      .run(index.number, version);
  }
}

/**
 * What a write to a document touches in such an index, for read sets: the empty key, which every
 * unfiltered search reads, and one key per filter value.
 */
export function searchKeys(definition: IndexDefinition, document: StoredDocument): string[] {
  if (definition.kind === "db") return [];
  return ["", ...documentTokens(definition.filterFields, document)];
}

function indexText(
  store: VersionStore,
  index: Index,
  definition: SearchIndexDefinition,
  version: number,
  document: StoredDocument,
): void {
  const body = fieldAt(document, definition.searchField.split("."));
  if (typeof body !== "string") return;
  const filters = documentTokens(definition.filterFields, document).join(" ");
  store
    .prepare(`INSERT OR REPLACE INTO ${textTable(index)} (rowid, body, filters) VALUES (?, ?, ?)`)
    .run(version, body, filters);
}

function indexVector(
  store: VersionStore,
  index: Index,
  definition: VectorIndexDefinition,
  version: number,
  document: StoredDocument,
): void {
  const field = fieldAt(document, definition.vectorField.split("."));
  const vector = toUnitVector(field, definition.dimensions);
  if (vector === null) return;
  const filters = documentTokens(definition.filterFields, document).join(" ");
  store
    .prepare(
      "INSERT OR REPLACE INTO vectors (index_number, version, filters, vector) VALUES (?, ?, ?, ?)",
    )
    .run(index.number, version, filters, new Uint8Array(vector.buffer));
}
