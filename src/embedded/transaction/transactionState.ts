/** What the views that components have of one transaction share. */
import { PendingWrites } from "./pendingWrites.ts";
import { ReadSet } from "./readSet.ts";
import type { Access } from "./snapshotReader.ts";
import type { TransactionKind } from "./transaction.ts";
import { nextDouble } from "./writeRules.ts";
import { NO_LIMITS, TransactionUsage, type TransactionLimits } from "./transactionUsage.ts";

export interface TransactionStart {
  kind: TransactionKind;
  snapshotTs: number;
  /** Microseconds since the epoch. */
  begunAt: number;
  /** Changes with the schema; a transaction does not outlive it. */
  layout: number;
  /** Of the first document it inserts, in ms. */
  creationTime: number;
  limits?: Partial<TransactionLimits>;
}

export class TransactionState<View> {
  readonly reads = new ReadSet();
  readonly writes = new PendingWrites();
  readonly usage: TransactionUsage;
  readonly views = new Map<string, View>();
  #creationTime: number;
  isClosed = false;

  constructor({ limits, creationTime }: TransactionStart) {
    this.usage = new TransactionUsage(limits);
    this.#creationTime = creationTime;
  }

  /** Of the next new document: no two have the same. */
  nextCreationTime(): number {
    const next = this.#creationTime;
    this.#creationTime = nextDouble(next);
    return next;
  }

  /** What the engine does on its own account is no use that a function makes of its limits. */
  usageOf(access: Access): TransactionUsage {
    return access === "user" ? this.usage : new TransactionUsage(NO_LIMITS);
  }
}
