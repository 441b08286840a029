/**
 * Runs the transactions of one board's document and tells of each once it is over (rule WB26). Yjs tidies
 * up after a transaction, and when that fails (an update that it should not have taken in, a mistake of
 * its own) the document is half of one state and half of another. Such a document is broken: nobody is
 * told of that transaction, no other is run, and nothing may be read from it any more.
 */
import type * as Y from "yjs";
import { appError } from "../../../convex/contract/errors.ts";

export class BoardTransactions {
  readonly #doc: Y.Doc;
  readonly #onBroken: (error: unknown, origin: unknown) => void;
  #onOver: ((transaction: Y.Transaction) => void) | undefined;
  /** Those of the outermost one that is being run; tidying up may add some. */
  #over: Y.Transaction[] = [];
  #isBroken = false;

  constructor(doc: Y.Doc, onBroken: (error: unknown, origin: unknown) => void) {
    this.#doc = doc;
    this.#onBroken = onBroken;
  }

  /** Tells of every transaction from now on, when all that belongs to it is over. To be called once. */
  follow(onOver: (transaction: Y.Transaction) => void): void {
    this.#onOver = onOver;
    this.#doc.on("afterTransactionCleanup", (transaction: Y.Transaction) => {
      this.#over.push(transaction);
    });
  }

  /** Not to be called from within itself. Undefined: the document is broken, by this or since earlier. */
  run<T>(work: (transaction: Y.Transaction) => T, origin?: unknown): T | undefined {
    if (this.#isBroken) return undefined;
    try {
      const result = this.#doc.transact(work, origin);
      const over = this.#over;
      this.#over = [];
      for (const transaction of over) this.#onOver?.(transaction);
      return result;
    } catch (error) {
      this.#isBroken = true;
      this.#onBroken(error, origin);
      return undefined;
    }
  }

  /** @throws INTERRUPTED when the document is broken */
  assertWhole(): void {
    if (this.#isBroken) throw appError("INTERRUPTED");
  }
}
