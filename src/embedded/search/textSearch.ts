/**
 * Full-text search at a snapshot: any of the words, the last one as a prefix, best first by BM25, of
 * equally good ones the newest. The
 * transaction's own writes are put into the index for the length of the query and taken out again. The
 * statistics behind BM25 are those of the index as it stands, not of the snapshot: they shift ranks,
 * never which documents are found.
 */
import { badRequest } from "../store/databaseError.ts";
import type { Index, Table } from "../store/catalog.ts";
import type { VersionStore } from "../store/versionStore.ts";
import type { PendingDocument } from "../transaction/pendingWrites.ts";
import type { SearchFilter } from "../transaction/queryJson.ts";
import type { ReadSet } from "../transaction/readSet.ts";
import type { SearchIndexDefinition } from "../schema/schema.ts";
import { LAST_KEY, successor } from "../values/keyEncoding.ts";
import type { StoredDocument } from "../values/jsonValue.ts";
import { filterToken } from "./filterToken.ts";
import { indexVersion, textTable } from "./searchTables.ts";

/** Convex looks no further down the ranking. */
export const MAX_SEARCH_RESULTS = 1_024;
const MAX_TERMS = 16;
const MAX_FILTERS = 8;

export interface TextSearch {
  store: VersionStore;
  table: Table;
  index: Index;
  definition: SearchIndexDefinition;
  filters: readonly SearchFilter[];
  ts: number;
  reads: ReadSet;
  /** The transaction's own writes. */
  pending: readonly PendingDocument[];
}

export interface FoundDocument {
  readonly document: StoredDocument;
  readonly size: number;
}

/** At most MAX_SEARCH_RESULTS documents, best first. @throws BAD_REQUEST on filters that do not fit */
export function searchText(search: TextSearch): FoundDocument[] {
  const { index, definition, filters, reads } = search;
  const terms = queryTerms(definition, filters);
  const tokens = filterTokens(definition, filters);
  const [narrowest] = tokens; // whatever matches all filters matches this one
  if (narrowest === undefined) reads.add(index.number, "", LAST_KEY);
  else reads.add(index.number, narrowest, successor(narrowest));
  if (terms.length === 0) return [];
  const match = matchExpression(terms, tokens);
  const own = search.pending.filter(({ table }) => table === search.table);
  return own.length === 0 ? findStored(search, match) : findWithOwnWrites(search, match, own);
}

function queryTerms(definition: SearchIndexDefinition, filters: readonly SearchFilter[]): string[] {
  const [text, ...others] = filters.filter((filter) => filter.type === "Search");
  if (text === undefined || others.length > 0) {
    throw badRequest("A search query needs exactly one search filter.");
  }
  if (text.fieldPath !== definition.searchField) {
    throw badRequest(
      `Search index ${definition.name} searches \`${definition.searchField}\`, not \`${text.fieldPath}\`.`,
    );
  }
  return (text.value.match(/[\p{L}\p{N}\p{M}\p{Co}]+/gu) ?? []).slice(0, MAX_TERMS);
}

function filterTokens(
  definition: SearchIndexDefinition,
  filters: readonly SearchFilter[],
): string[] {
  const equalities = filters.filter((filter) => filter.type === "Eq");
  if (equalities.length > MAX_FILTERS) {
    throw badRequest(
      `Search query against ${definition.name} has more than ${MAX_FILTERS} filters.`,
    );
  }
  return equalities.map(({ fieldPath, value }) => {
    const position = definition.filterFields.indexOf(fieldPath);
    if (position === -1) {
      throw badRequest(
        `\`${fieldPath}\` is not a filter field of search index ${definition.name}.`,
      );
    }
    return filterToken(position, value);
  });
}

function matchExpression(terms: readonly string[], tokens: readonly string[]): string {
  const words = terms.map((term, i) => (i === terms.length - 1 ? `"${term}" *` : `"${term}"`));
  return [`body : (${words.join(" OR ")})`, ...tokens.map((token) => `filters : ${token}`)].join(
    " AND ",
  );
}

function findStored({ store, index, ts }: TextSearch, match: string): FoundDocument[] {
  const rows = store
    .prepare(
      `SELECT d.version, d.size, d.value, bm25(${textTable(index)}, 1.0, 0.0) AS score FROM ${textTable(index)} AS f
       JOIN documents d ON d.version = f.rowid
       WHERE ${textTable(index)} MATCH ? AND d.from_ts <= ? AND d.to_ts > ?
       ORDER BY score, d.version DESC LIMIT ? + 0`,
    )
    .all(match, ts, ts, MAX_SEARCH_RESULTS);
  return newestFirst(
    rows.map((row) => ({
      version: row["version"] as number,
      size: row["size"] as number,
      document: JSON.parse(row["value"] as string) as StoredDocument,
      score: row["score"] as number,
    })),
  );
}

/** Among documents of one score the one that was created last comes first, whichever changed last. */
function newestFirst<D extends FoundDocument & { readonly score: number }>(found: D[]): D[] {
  return found.sort(
    (a, b) => a.score - b.score || b.document._creationTime - a.document._creationTime,
  );
}

/** Own documents stand in the index under negative numbers while the savepoint lasts. */
function findWithOwnWrites(
  search: TextSearch,
  match: string,
  own: readonly PendingDocument[],
): FoundDocument[] {
  const { store, index } = search;
  store.sqlite.exec("SAVEPOINT own_writes");
  try {
    own.forEach(({ after }, position) => {
      if (after !== null) indexVersion(store, index, -1 - position, after.document);
    });
    return rankWithOwnWrites(search, match, own);
  } finally {
    store.sqlite.exec("ROLLBACK TO own_writes; RELEASE own_writes");
  }
}

function rankWithOwnWrites(
  { store, index, ts }: TextSearch,
  match: string,
  own: readonly PendingDocument[],
): FoundDocument[] {
  const hidden = new Set(own.map(({ before }) => before?.version));
  const rows = store
    .prepare(
      `SELECT f.rowid AS number, d.size, d.value, bm25(${textTable(index)}, 1.0, 0.0) AS score FROM ${textTable(index)} AS f
       LEFT JOIN documents d ON d.version = f.rowid
       WHERE ${textTable(index)} MATCH ? AND (f.rowid < 0 OR (d.from_ts <= ? AND d.to_ts > ?))
       ORDER BY score, f.rowid DESC LIMIT ? + 0`,
    )
    .all(match, ts, ts, MAX_SEARCH_RESULTS + hidden.size);
  const found: (FoundDocument & { score: number })[] = [];
  for (const row of rows) {
    const number = row["number"] as number;
    const score = row["score"] as number;
    const pending = number < 0 ? own[-1 - number]?.after : undefined;
    if (pending !== undefined && pending !== null) found.push({ ...pending, score });
    else if (!hidden.has(number)) {
      const document = JSON.parse(row["value"] as string) as StoredDocument;
      found.push({ document, size: row["size"] as number, score });
    }
  }
  return newestFirst(found).slice(0, MAX_SEARCH_RESULTS);
}
