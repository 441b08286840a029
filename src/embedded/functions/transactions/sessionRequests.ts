/**
 * What makes a mutation that a client sends twice run once: its outcome is stored in the transaction
 * of the mutation itself, under the client's session and request number, and looked up before running.
 */
import type { Transaction } from "../../transaction/transaction.ts";
import type { JSONValue } from "../../values/jsonValue.ts";

export interface SessionRequest {
  readonly sessionId: string;
  readonly requestId: number;
}

export interface Outcome {
  readonly value: JSONValue;
  readonly logLines: string[];
}

export interface EarlierOutcome extends Outcome {
  /** When the mutation was committed, in microseconds since the epoch. */
  readonly ts: number;
}

export function readOutcome(tx: Transaction, request: SessionRequest): EarlierOutcome | null {
  const stored = tx.system.outcome(request);
  if (stored === null) return null;
  const { value, logLines } = JSON.parse(stored.text) as Outcome;
  return { value, logLines, ts: stored.ts };
}

export function storeOutcome(tx: Transaction, request: SessionRequest, outcome: Outcome): void {
  tx.system.keepOutcome(request, JSON.stringify(outcome));
}
