/**
 * What makes a mutation that a client sends twice run once: its outcome is stored in the transaction
 * of the mutation itself, under the client's session and request number, and looked up before running.
 * Large outcomes are cut into several rows, since a document has a size limit.
 */
import type { Transaction } from "../transaction/transaction.ts";
import type { RangeBound } from "../transaction/queryJson.ts";
import type { JSONValue, StoredDocument } from "../values/jsonValue.ts";

const TABLE = "_session_requests";
const PART_CHARS = 256 * 1024; // three bytes at most each: well below the limit of a document

export interface SessionRequest {
  readonly sessionId: string;
  readonly requestId: number;
}

export interface StoredOutcome {
  readonly value: JSONValue;
  readonly logLines: string[];
}

export function readOutcome(tx: Transaction, request: SessionRequest): StoredOutcome | null {
  const parts = [...rows(tx, request)]
    .sort((a, b) => Number(a["part"]) - Number(b["part"]))
    .map((row) => row["text"] as string);
  return parts.length === 0 ? null : (JSON.parse(parts.join("")) as StoredOutcome);
}

export function storeOutcome(
  tx: Transaction,
  { sessionId, requestId }: SessionRequest,
  outcome: StoredOutcome,
): void {
  const text = JSON.stringify(outcome);
  for (let part = 0; part * PART_CHARS < text.length; part++) {
    const slice = text.slice(part * PART_CHARS, (part + 1) * PART_CHARS);
    tx.system.insert(TABLE, { sessionId, requestId, part, text: slice });
  }
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

function* rows(tx: Transaction, request: SessionRequest): Generator<StoredDocument> {
  const range: RangeBound[] = [
    { type: "Eq", fieldPath: "sessionId", value: request.sessionId },
    { type: "Eq", fieldPath: "requestId", value: request.requestId },
  ];
  const cursor = tx.system.openQuery({
    source: {
      type: "IndexRange",
      indexName: `${TABLE}.by_session_and_request`,
      range,
      order: "asc",
    },
    operators: [],
  });
  for (let row = cursor.next(); row !== null; row = cursor.next()) yield row;
}
