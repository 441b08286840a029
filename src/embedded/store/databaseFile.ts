/**
 * The SQLite file: how it is opened and which tables it has. What they mean is versionStore.ts's business;
 * search keeps tables of its own beside them.
 */
import { DatabaseSync } from "node:sqlite";

const DEFAULT_CACHE_BYTES = 64 * 1024 * 1024;
/** A small mutation changes a few bytes on several pages, and each goes to the log whole. */
const PAGE_BYTES = 4096;
/**
 * How far the write-ahead log grows before its pages are moved into the file, which holds the thread, though hardly
 * longer for a larger log (17 ms for 64 MB of small mutations, 21 ms for 128): most pages are in it many times.
 */
export const LOG_BYTES = 256 * 1024 * 1024;

/** The `to_ts` of what is current. Written out in the partial indexes below. */
export const FOREVER = Number.MAX_SAFE_INTEGER;

const SCHEMA_SQL = `
  CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS tables (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, storage INTEGER);
  CREATE TABLE IF NOT EXISTS unused_storages (storage INTEGER PRIMARY KEY);
  CREATE TABLE IF NOT EXISTS indexes (
    number INTEGER PRIMARY KEY, table_number INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('building', 'ready', 'dropped')), definition TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS documents (
    version INTEGER PRIMARY KEY, table_number INTEGER NOT NULL, key BLOB NOT NULL,
    from_ts INTEGER NOT NULL, to_ts INTEGER NOT NULL, size INTEGER NOT NULL, value TEXT NOT NULL);
  CREATE UNIQUE INDEX IF NOT EXISTS documents_by_key ON documents (table_number, key, from_ts);
  CREATE INDEX IF NOT EXISTS documents_ended ON documents (to_ts) WHERE to_ts < ${FOREVER};
  CREATE TABLE IF NOT EXISTS entries (
    index_number INTEGER NOT NULL, key BLOB NOT NULL,
    from_ts INTEGER NOT NULL, to_ts INTEGER NOT NULL, version INTEGER,
    PRIMARY KEY (index_number, key, from_ts)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS entries_ended ON entries (to_ts) WHERE to_ts < ${FOREVER};
`;

/** In files of earlier versions tables had their rows for ever, and entries did not name a document. */
const ADDED_COLUMNS = [
  ["tables", "storage"],
  ["entries", "version"],
] as const;

export function openFile(
  path: string,
  options: { maxBytes: number | undefined; cacheBytes: number | undefined },
): DatabaseSync {
  const { maxBytes, cacheBytes = DEFAULT_CACHE_BYTES } = options;
  // The timeout is for a worker that was ended and has not let go of the file yet.
  const sqlite = new DatabaseSync(path, { timeout: 5_000 });
  sqlite.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL`);
  sqlite.exec("PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY");
  sqlite.exec(`PRAGMA cache_size = -${Math.ceil(cacheBytes / 1024)}`);
  const pageBytes = pageBytesOf(sqlite);
  sqlite.exec(`PRAGMA journal_size_limit = ${LOG_BYTES}`);
  sqlite.exec(`PRAGMA wal_autocheckpoint = ${Math.floor(LOG_BYTES / pageBytes)}`);
  if (maxBytes !== undefined) {
    sqlite.exec(`PRAGMA max_page_count = ${Math.ceil(maxBytes / pageBytes)}`);
  }
  return sqlite;
}

/** A file keeps the size that it was made with. */
function pageBytesOf(sqlite: DatabaseSync): number {
  return sqlite.prepare("PRAGMA page_size").get()?.["page_size"] as number;
}

export function createTables(sqlite: DatabaseSync): void {
  sqlite.exec(SCHEMA_SQL);
  const find = sqlite.prepare("SELECT 1 FROM pragma_table_info(?) WHERE name = ?");
  for (const [table, column] of ADDED_COLUMNS) {
    if (find.get(table, column) !== undefined) continue;
    sqlite.exec(`ALTER TABLE ${table} ADD COLUMN ${column} INTEGER`);
  }
}
