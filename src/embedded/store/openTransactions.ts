/** The transactions that have begun and not ended, and how old the snapshots are that they still need. */
import assert from "node:assert/strict";
import { DocumentTransaction } from "../transaction/documentTransaction.ts";
import type { Transaction } from "../transaction/transaction.ts";
import { Bag } from "./bag.ts";

/** A transaction open for longer is presumed lost and holds nothing back any more. */
const MAX_AGE_US = 120_000_000;

export class OpenTransactions {
  readonly #open = new Bag<DocumentTransaction>();

  add(tx: DocumentTransaction): void {
    this.#open.add(tx);
  }

  delete(tx: DocumentTransaction): void {
    this.#open.delete(tx);
  }

  /** The oldest snapshot that a mutation reads, at most `latest`. */
  oldestMutation(latest: number): number {
    let oldest = latest;
    for (const tx of this.#open) {
      if (tx.kind === "mutation") oldest = Math.min(oldest, tx.snapshotTs);
    }
    return oldest;
  }

  /**
   * The oldest snapshot that anybody reads; Infinity when nobody does. Forgets what is presumed lost.
   * @param now microseconds since the epoch
   */
  oldestRead(now: number): number {
    let oldest = Infinity;
    let lost: DocumentTransaction | null = null;
    for (const tx of this.#open) {
      if (tx.begunAt > now - MAX_AGE_US) oldest = Math.min(oldest, tx.snapshotTs);
      else lost = tx;
    }
    if (lost !== null) this.#open.delete(lost); // one each time: there are hardly ever any
    return oldest;
  }
}

/** What `begin` returned, as the database knows it. */
export function ownTransaction(transaction: Transaction): DocumentTransaction {
  assert(transaction instanceof DocumentTransaction, "a transaction that `begin` returned");
  return transaction;
}
