/** The transactions that have begun and not ended, and how old the snapshots are that they still need. */
import assert from "node:assert/strict";
import { DocumentTransaction } from "../transaction/documentTransaction.ts";
import type { Transaction } from "../transaction/transaction.ts";

/** A transaction open for longer is presumed lost and holds nothing back any more. */
const MAX_AGE_US = 120_000_000;

export class OpenTransactions {
  readonly #begunAt = new Map<DocumentTransaction, number>();

  /** @param now microseconds since the epoch, here and below */
  add(tx: DocumentTransaction, now: number): void {
    this.#begunAt.set(tx, now);
  }

  delete(tx: DocumentTransaction): void {
    this.#begunAt.delete(tx);
  }

  /** The oldest snapshot that a mutation reads, at most `latest`. */
  oldestMutation(latest: number): number {
    let oldest = latest;
    for (const tx of this.#begunAt.keys()) {
      if (tx.kind === "mutation") oldest = Math.min(oldest, tx.snapshotTs);
    }
    return oldest;
  }

  /** The oldest snapshot that anybody reads; Infinity when nobody does. Forgets what is presumed lost. */
  oldestRead(now: number): number {
    let oldest = Infinity;
    for (const [tx, begunAt] of this.#begunAt) {
      if (begunAt > now - MAX_AGE_US) oldest = Math.min(oldest, tx.snapshotTs);
      else this.#begunAt.delete(tx);
    }
    return oldest;
  }
}

/** What `begin` returned, as the database knows it. */
export function ownTransaction(transaction: Transaction): DocumentTransaction {
  assert(transaction instanceof DocumentTransaction, "a transaction that `begin` returned");
  return transaction;
}
