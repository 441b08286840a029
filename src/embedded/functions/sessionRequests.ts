/**
 * What makes a mutation that a client sends twice run once: its outcome is stored in the transaction
 * of the mutation itself, under the client's session and request number, and looked up before running.
 */
import type { Transaction } from "../transaction/transaction.ts";
import { insertText, readText } from "../transaction/longText.ts";
import { COMMIT_TS, readCommitTs } from "../values/commitTs.ts";
import type { JSONObject, JSONValue } from "../values/jsonValue.ts";

const TABLE = "_session_requests";
const OUTCOMES = { table: TABLE, index: "by_session_and_request" };

export interface SessionRequest {
  readonly sessionId: string;
  readonly requestId: number;
}

export interface Outcome {
  readonly value: JSONValue;
  readonly logLines: string[];
}

export interface StoredOutcome extends Outcome {
  /** When the mutation was committed, in microseconds since the epoch. */
  readonly ts: number;
}

export function readOutcome(tx: Transaction, request: SessionRequest): StoredOutcome | null {
  const stored = readText(tx, OUTCOMES, keyOf(request));
  if (stored === null) return null;
  const { value, logLines } = JSON.parse(stored.text) as Outcome;
  // Rows of earlier versions of the engine do not tell: now is late enough.
  return { value, logLines, ts: readCommitTs(stored.row["committedAt"]) ?? tx.snapshotTs };
}

export function storeOutcome(tx: Transaction, request: SessionRequest, outcome: Outcome): void {
  const fields = { ...keyOf(request), committedAt: COMMIT_TS };
  insertText(tx, OUTCOMES, fields, JSON.stringify(outcome));
}

/** Forgets outcomes older than `time` (ms since epoch), at most `limit`; returns how many. */
export function forgetOutcomes(tx: Transaction, time: number, limit: number): number {
  const cursor = tx.system.openQuery({
    source: {
      type: "IndexRange",
      indexName: `${TABLE}.by_creation_time`,
      range: [{ type: "Lt", fieldPath: "_creationTime", value: time }],
      order: "asc",
    },
    operators: [{ limit }],
  });
  const old: string[] = [];
  for (let row = cursor.next(); row !== null; row = cursor.next()) old.push(row._id);
  cursor.close();
  for (const id of old) tx.system.delete(TABLE, id);
  return old.length;
}

function keyOf({ sessionId, requestId }: SessionRequest): JSONObject {
  return { sessionId, requestId };
}
