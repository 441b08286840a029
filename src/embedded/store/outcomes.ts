/**
 * Results of mutations that clients sent, for clients that ask again: one row each in a table of their own,
 * since nobody reads them but by their key, nobody changes them, and every mutation writes one. Written in
 * the commit of the mutation itself. Knows nothing of what an outcome says.
 */
import { encodeTuple, type Key } from "../values/keyEncoding.ts";
import type { VersionStore } from "./versionStore.ts";

/** One request of a client's session. */
export interface OutcomeKey {
  readonly sessionId: string;
  readonly requestId: number;
}

export interface StoredOutcome {
  readonly text: string;
  /** When it was committed, in microseconds since epoch. */
  readonly ts: number;
}

/** As what outcomes count in read sets: no index has this number. */
export const OUTCOMES_INDEX = 0;

/** The number of the system table in which earlier versions kept outcomes as documents. */
const OLD_TABLE = 6;

/** Makes the table if the file has none, and takes over what an earlier version of the engine kept as documents. */
export function createOutcomes({ sqlite }: VersionStore): void {
  const known = sqlite.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'outcomes'").get();
  if (known !== undefined) return;
  sqlite.exec(`
    BEGIN IMMEDIATE;
    CREATE TABLE outcomes (
      session TEXT NOT NULL, request INTEGER NOT NULL, ts INTEGER NOT NULL, text TEXT NOT NULL,
      PRIMARY KEY (session, request)) WITHOUT ROWID;
    CREATE INDEX outcomes_by_ts ON outcomes (ts);
    INSERT INTO outcomes (session, request, ts, text)
      SELECT value ->> 'sessionId', value ->> 'requestId', min(from_ts),
        group_concat(value ->> 'text', '' ORDER BY value ->> 'part')
      FROM documents WHERE table_number = ${OLD_TABLE} AND to_ts = ${Number.MAX_SAFE_INTEGER}
      GROUP BY 1, 2;
    DELETE FROM documents WHERE table_number = ${OLD_TABLE};
    DELETE FROM entries WHERE index_number = ${-2 * OLD_TABLE - 1} OR index_number IN
      (SELECT number FROM indexes WHERE table_number = ${OLD_TABLE});
    COMMIT`);
}

export function outcomeKey({ sessionId, requestId }: OutcomeKey): Key {
  return encodeTuple([sessionId, requestId]);
}

/** @param ts the snapshot, microseconds since epoch */
export function findOutcome(
  store: VersionStore,
  { sessionId, requestId }: OutcomeKey,
  ts: number,
): StoredOutcome | null {
  const row = store
    .prepare("SELECT text, ts FROM outcomes WHERE session = ? AND request = ? AND ts <= ?")
    .get(sessionId, requestId, ts);
  return row === undefined ? null : { text: row["text"] as string, ts: row["ts"] as number };
}

/** @param ts of the commit, microseconds since epoch */
export function insertOutcome(
  store: VersionStore,
  { sessionId, requestId }: OutcomeKey,
  { text, ts }: StoredOutcome,
): void {
  store
    .prepare("INSERT INTO outcomes (session, request, ts, text) VALUES (?, ?, ?, ?)")
    .run(sessionId, requestId, ts, text);
}

/** Forgets those of commits before `ts`, the oldest first. Returns how many. */
export function deleteOutcomes(store: VersionStore, ts: number, limit: number): number {
  const { changes } = store
    .prepare(
      `DELETE FROM outcomes WHERE (session, request) IN (
         SELECT session, request FROM outcomes WHERE ts < ? ORDER BY ts LIMIT ? + 0)`,
    )
    .run(ts, limit);
  return Number(changes);
}
