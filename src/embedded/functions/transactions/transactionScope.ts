/** What the system calls of a query or mutation work on. */
import type { DatabaseError } from "../../store/databaseError.ts";
import type { Transaction } from "../../transaction/transaction.ts";
import type { AnalyzedFunction } from "../code/analyzedFunction.ts";
import type { Identity } from "../identity.ts";
import type { CallContext } from "../callContext.ts";
import type { Isolate } from "../isolate/isolate.ts";
import type { RandomSource } from "../isolate/randomSource.ts";
import type { OpenQueries } from "../syscalls/openQueries.ts";

/** The one page that a function may ask for, and the journals that keep its end where it was. */
export class PageState {
  /** Of the last run of the same query. */
  readonly journalBefore: string | null;
  journal: string | null = null;
  hasPaginated = false;

  constructor(journalBefore: string | null) {
    this.journalBefore = journalBefore;
  }
}

/** What the executions of one transaction share beyond their call. */
export interface TransactionCall extends CallContext {
  readonly isolate: Isolate;
  readonly random: RandomSource;
  /** Of the outermost function: only its page is remembered from run to run. */
  readonly paging: PageState;
  usesIdentity: boolean;
  /** Why the transaction must be given up, once it must. */
  fatal: DatabaseError | null;
  /** Run when it is known whether what came with it is part of a commit. */
  readonly atEnd: ((isCommitted: boolean) => Promise<void>)[];
}

export interface TransactionScope {
  readonly call: TransactionCall;
  readonly called: AnalyzedFunction;
  /** Who calls as this function sees it. */
  readonly identity: Identity;
  /** With the tables of the function's component. */
  readonly tx: Transaction;
  readonly queries: OpenQueries;
  readonly paging: PageState;
}
