/**
 * The SQLite file: every version of every document and every entry of every index, each visible from
 * `from_ts` until before `to_ts`. One statement object per question, prepared once. Knows neither
 * transactions of Convex functions nor which tables and indexes exist.
 *
 * A row never changes but for its `to_ts`, so a scan may be interrupted and continued at the same
 * timestamp whatever is written meanwhile. Text and vector indexes hang on a document's version number
 * (see src/embedded/search).
 *
 * SQLite writes its log and leaves it to `sync` to have it on disk (`synchronous = NORMAL`,
 * https://sqlite.org/pragma.html#pragma_synchronous): so the thread need not wait for the disk.
 *
 * `LIMIT ? + 0`: a bare parameter SQLite looks into when it plans, and so it plans anew with each value,
 * which takes three times as long as to read a document.
 */
import { closeSync, fdatasync, fdatasyncSync, openSync } from "node:fs";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { keyFromBytes, keyToBytes, type Key } from "../values/keyEncoding.ts";
import type { StoredDocument } from "../values/jsonValue.ts";
import type { Order } from "../transaction/queryJson.ts";
import { createTables, FOREVER, openFile } from "./databaseFile.ts";

const IN_MEMORY = ":memory:";

/** A document as it was at some timestamp. Parsed when it is first looked into: most only pass through. */
export class StoredVersion {
  readonly version: number;
  /** Bytes as Convex counts them. */
  readonly size: number;
  /** The document as JSON. */
  readonly text: string;
  #document: StoredDocument | undefined;

  constructor(version: number, size: number, text: string) {
    this.version = version;
    this.size = size;
    this.text = text;
  }

  get document(): StoredDocument {
    return (this.#document ??= JSON.parse(this.text) as StoredDocument);
  }
}

export class ScannedVersion extends StoredVersion {
  /** In the scanned index. */
  readonly key: Key;

  constructor(key: Key, version: number, size: number, text: string) {
    super(version, size, text);
    this.key = key;
  }
}

export interface ScanRange {
  storage: number;
  /** null: the by_id index, which is the documents table itself. */
  indexNumber: number | null;
  /** Length of the id at the end of the index's keys. */
  idKeyBytes: number;
  start: Key;
  end: Key;
  order: Order;
  ts: number;
  limit: number;
}

type Row = Record<string, unknown>;
type ScannedRow = [key: Uint8Array, version: number, size: number, value: string];

export class VersionStore {
  readonly sqlite: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  /** The write-ahead log, which is one file for as long as the database is open; null in memory. */
  readonly #log: number | null;

  /** @param cacheBytes how much of the file SQLite keeps in memory */
  constructor(path: string, maxBytes: number | undefined, cacheBytes?: number) {
    this.sqlite = openFile(path, { maxBytes, cacheBytes });
    this.reclaim();
    createTables(this.sqlite);
    this.#log = path === IN_MEMORY ? null : openSync(`${path}-wal`, "r+");
  }

  /** True when no disk is written. */
  get isInMemory(): boolean {
    return this.#log === null;
  }

  /**
   * Moves what the write-ahead log holds into the file, as far as there is room, and gives the log's own
   * room back: on a full disk that may be all there is. Takes as long as the log is large, up to 256 MB.
   */
  reclaim(): void {
    try {
      this.sqlite.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch {
      // There is no room for it; what the log holds stays there and is read from there.
    }
  }

  /** A statement prepared once per text. */
  prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      this.#statements.set(sql, (statement = this.sqlite.prepare(sql)));
    }
    return statement;
  }

  begin(): void {
    this.prepare("BEGIN IMMEDIATE").run();
  }

  /** Into the file, where every reader finds it; on disk after `sync`. */
  commit(): void {
    this.prepare("COMMIT").run();
  }

  /** Tells when all that was committed before is on disk, or why that failed. */
  sync(done: (error: Error | null) => void): void {
    if (this.#log === null) done(null);
    else fdatasync(this.#log, done);
  }

  /** Returns when all that was committed is on disk. */
  syncNow(): void {
    if (this.#log !== null) fdatasyncSync(this.#log);
  }

  /** Safe to call whatever SQLite has already rolled back by itself. */
  rollback(): void {
    if (this.sqlite.isTransaction) this.prepare("ROLLBACK").run();
  }

  close(): void {
    this.#statements.clear();
    this.sqlite.close();
    if (this.#log !== null) closeSync(this.#log);
  }

  setting(name: string): unknown {
    return this.prepare("SELECT value FROM settings WHERE name = ?").get(name)?.["value"];
  }

  setSetting(name: string, value: string | number | Uint8Array): void {
    this.prepare("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)").run(name, value);
  }

  documentAt(storage: number, idKey: Key, ts: number): StoredVersion | null {
    const row = this.prepare(
      `SELECT version, size, value, to_ts FROM documents
       WHERE table_number = ? AND key = ? AND from_ts <= ? ORDER BY from_ts DESC LIMIT 1`,
    ).get(storage, keyToBytes(idKey), ts) as Row | undefined;
    if (row === undefined || (row["to_ts"] as number) <= ts) return null;
    const { version, size, value } = row as { version: number; size: number; value: string };
    return new StoredVersion(version, size, value);
  }

  /** The visible entries of a key range, in index order. */
  scan(range: ScanRange): ScannedVersion[] {
    const { storage, indexNumber, idKeyBytes, start, end, ts, limit } = range;
    const bounds = [keyToBytes(start), keyToBytes(end)] as const;
    const rows =
      indexNumber === null
        ? this.#prepareScan(SCAN_BY_ID[range.order]).all(storage, ...bounds, ts, ts, limit)
        : this.#prepareScan(SCAN_ENTRIES[range.order]).all(
            ts,
            storage,
            -idKeyBytes,
            ts,
            indexNumber,
            ...bounds,
            ts,
            ts,
            limit,
          );
    return (rows as unknown as ScannedRow[]).map(
      ([key, version, size, value]) => new ScannedVersion(keyFromBytes(key), version, size, value),
    );
  }

  /** Rows of a scan come as arrays: objects for each cost as much again as the reading. */
  #prepareScan(sql: string): StatementSync {
    const isNew = !this.#statements.has(sql);
    const statement = this.prepare(sql);
    if (isNew) statement.setReturnArrays(true);
    return statement;
  }

  count(storage: number, ts: number): number {
    const row = this.prepare(
      `SELECT count(*) AS n FROM documents
       WHERE table_number = ? AND from_ts <= ? AND to_ts > ?`,
    ).get(storage, ts, ts);
    return row?.["n"] as number;
  }

  /** Returns the new version's number. */
  insertVersion(
    storage: number,
    idKey: Key,
    ts: number,
    { document, size }: { document: StoredDocument; size: number },
  ): number {
    const { lastInsertRowid } = this.prepare(
      `INSERT INTO documents (table_number, key, from_ts, to_ts, size, value)
       VALUES (?, ?, ?, ${FOREVER}, ?, ?)`,
    ).run(storage, keyToBytes(idKey), ts, size, JSON.stringify(document));
    return Number(lastInsertRowid);
  }

  endVersion(version: number, ts: number): void {
    this.prepare("UPDATE documents SET to_ts = ? WHERE version = ?").run(ts, version);
  }

  /** @param version of the document, which is looked for there first */
  insertEntry(indexNumber: number, key: Key, ts: number, version: number): void {
    this.prepare(
      `INSERT INTO entries (index_number, key, from_ts, to_ts, version)
       VALUES (?, ?, ?, ${FOREVER}, ?)`,
    ).run(indexNumber, keyToBytes(key), ts, version);
  }

  /** For an index that is being built: does nothing if a commit has put the key there already. */
  insertMissingEntry(indexNumber: number, key: Key, ts: number, version: number): void {
    const bytes = keyToBytes(key);
    const { present } = this.prepare(
      `SELECT EXISTS (SELECT 1 FROM entries
       WHERE index_number = ? AND key = ? AND to_ts = ${FOREVER}) AS present`,
    ).get(indexNumber, bytes) as { present: number };
    if (present === 0) this.insertEntry(indexNumber, key, ts, version);
  }

  /** Does nothing if the key is not there. */
  endEntry(indexNumber: number, key: Key, ts: number): void {
    this.prepare(
      `UPDATE entries SET to_ts = ? WHERE index_number = ? AND key = ? AND to_ts = ${FOREVER}`,
    ).run(ts, indexNumber, keyToBytes(key));
  }

  /**
   * Versions that ended at or before a time, oldest first. Of two upper bounds SQLite seeks by the first
   * and tests the other row by row, so the one that the partial index needs comes second.
   */
  endedVersions(ts: number, limit: number): { version: number; storage: number }[] {
    const rows = this.prepare(
      `SELECT version, table_number FROM documents
       WHERE to_ts <= ? AND to_ts < ${FOREVER} ORDER BY to_ts LIMIT ? + 0`,
    ).all(ts, limit);
    return rows.map((row) => ({
      version: row["version"] as number,
      storage: row["table_number"] as number,
    }));
  }

  deleteVersion(version: number): void {
    this.prepare("DELETE FROM documents WHERE version = ?").run(version);
  }

  /** Removes entries that ended at or before a time. Returns how many. */
  deleteEndedEntries(ts: number, limit: number): number {
    const { changes } = this.prepare(
      `DELETE FROM entries WHERE (index_number, key, from_ts) IN (
         SELECT index_number, key, from_ts FROM entries
         WHERE to_ts <= ? AND to_ts < ${FOREVER} ORDER BY to_ts LIMIT ? + 0)`,
    ).run(ts, limit);
    return Number(changes);
  }

  /** Removes documents of a table's former rows. Returns how many. */
  deleteDocumentsOf(storage: number, limit: number): number {
    const { changes } = this.prepare(
      `DELETE FROM documents WHERE version IN (
         SELECT version FROM documents WHERE table_number = ? LIMIT ? + 0)`,
    ).run(storage, limit);
    return Number(changes);
  }

  /** Removes entries of an index that is no more. Returns how many. */
  deleteEntriesOf(indexNumber: number, limit: number): number {
    const { changes } = this.prepare(
      `DELETE FROM entries WHERE (index_number, key, from_ts) IN (
         SELECT index_number, key, from_ts FROM entries WHERE index_number = ? LIMIT ? + 0)`,
    ).run(indexNumber, limit);
    return Number(changes);
  }
}

const SCAN_BY_ID = {
  asc: scanById("ASC"),
  desc: scanById("DESC"),
};

const SCAN_ENTRIES = {
  asc: scanEntries("ASC"),
  desc: scanEntries("DESC"),
};

function scanById(direction: string): string {
  return `
    SELECT key, version, size, value FROM documents
    WHERE table_number = ? AND key >= ? AND key < ? AND from_ts <= ? AND to_ts > ?
    ORDER BY key ${direction} LIMIT ? + 0`;
}

/**
 * The id ends every index key, so the entry need not repeat it. Most documents are still the version that
 * the entry was made for; if not, the one at that time is looked up by the id, which reads more pages. The
 * number is still that version's: those of a document rise, and its last is there while the entry is.
 */
function scanEntries(direction: string): string {
  return `
    SELECT e.key AS key, d.version AS version, d.size AS size, d.value AS value
    FROM entries e CROSS JOIN documents d ON d.version = coalesce(
      (SELECT h.version FROM documents h WHERE h.version = e.version AND h.to_ts > ?),
      (SELECT v.version FROM documents v
       WHERE v.table_number = ? AND v.key = substr(e.key, ?) AND v.from_ts <= ?
       ORDER BY v.from_ts DESC LIMIT 1))
    WHERE e.index_number = ? AND e.key >= ? AND e.key < ? AND e.from_ts <= ? AND e.to_ts > ?
    ORDER BY e.key ${direction} LIMIT ? + 0`;
}
