/**
 * Runs queries and mutations as transactions: checks the call, gives it a snapshot, and for mutations
 * commits it, again from the start when another commit was faster.
 *
 * FR1 A query reads one snapshot; a mutation commits whole or not at all.
 * FR2 A mutation of a session request takes effect once, however often it is sent.
 * FR3 Nothing that a mutation reveals, also by failing, can be undone by a crash.
 */
import { ConflictError, isStorageFailure } from "../../store/databaseError.ts";
import type { Transaction } from "../../transaction/transaction.ts";
import type { ReadSet } from "../../transaction/readSet.ts";
import { freshRandom } from "../../values/freshRandom.ts";
import { createCallLog } from "../logs/callLog.ts";
import type { CallLog } from "../logs/callLog.ts";
import type { RunnerDeps } from "../runnerDeps.ts";
import type { FunctionCall, MutationCall, Origin, QueryCall } from "../functionCall.ts";
import type { FunctionEnd } from "../functionEnd.ts";
import { FunctionFailure, newRequestId } from "../functionFailure.ts";
import { canonicalPath } from "../functionPath.ts";
import type { TransactionCode } from "../code/functionTable.ts";
import { IsolateLostError } from "../isolate/contextEntry.ts";
import type { Job, JobOutcome } from "../context/host.ts";
import { RandomSource } from "../isolate/randomSource.ts";
import { RunState } from "../isolate/runState.ts";
import { readOutcome, storeOutcome } from "./sessionRequests.ts";
import { TransactionExecution } from "./transactionExecution.ts";
import { PageState, type TransactionCall } from "./transactionScope.ts";
import { checkFound } from "../validateCall.ts";

export const MAX_RETRIES = 4; // Convex's numbers for conflicts
const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 2_000;
const SEED_BYTES = 16;

export interface QueryRun {
  readonly end: FunctionEnd;
  readonly requestId: string;
  readonly logLines: string[];
  readonly reads: ReadSet;
  readonly ts: number;
  readonly usesIdentity: boolean;
  readonly journal: string | null;
}

export interface MutationRun {
  readonly end: FunctionEnd;
  readonly requestId: string;
  readonly logLines: string[];
  /** The commit, or the snapshot of a mutation that changed nothing. Microseconds since epoch. */
  readonly ts: number;
  /** No attempt could commit, through no fault of the function. */
  readonly isTransient?: true;
}

/** What stays the same over the attempts of one call. */
interface Attempts<Call extends FunctionCall> {
  readonly call: Call;
  readonly kind: "query" | "mutation";
  readonly origin: Origin;
  readonly path: string;
  readonly requestId: string;
  readonly log: CallLog;
  /** The same for every attempt, so that a retry takes the same path. */
  readonly seed: Uint8Array;
}

interface PreparedRun {
  readonly execution: TransactionExecution;
  readonly job: Job;
}

interface MutationAttempt {
  readonly attempts: Attempts<MutationCall>;
  readonly shared: TransactionCall;
  readonly tx: Transaction;
  readonly execution: TransactionExecution;
}

export class TransactionRunner {
  readonly #deps: RunnerDeps<TransactionCode>;

  constructor(deps: RunnerDeps<TransactionCode>) {
    this.#deps = deps;
  }

  async query(call: QueryCall, origin: Origin): Promise<QueryRun> {
    const { database } = this.#deps.services;
    const attempts = this.#begin(call, "query", origin);
    for (let retry = 0; ; retry++) {
      const shared = await this.#share(attempts, call.journal ?? null);
      const tx = database.begin("query", call.ts === undefined ? {} : { ts: call.ts });
      try {
        const end = await this.#runQuery(attempts, shared, tx);
        attempts.log.end(end.ok ? null : end.failure.message);
        const { usesIdentity, requestId } = shared;
        const { journal } = shared.paging;
        const logLines = shared.logs.lines;
        return {
          end,
          requestId,
          logLines,
          reads: tx.reads,
          ts: tx.snapshotTs,
          usesIdentity,
          journal,
        };
      } catch (error) {
        if (!(error instanceof IsolateLostError) || retry === MAX_RETRIES) throw error;
      } finally {
        tx.close();
      }
    }
  }

  #runQuery(
    attempts: Attempts<QueryCall>,
    shared: TransactionCall,
    tx: Transaction,
  ): Promise<FunctionEnd> {
    return new Promise((resolve, reject) => {
      let execution: TransactionExecution | undefined;
      shared.isolate.runBatched({
        begin: () => {
          const prepared = this.#prepare(attempts, shared, tx);
          if (prepared instanceof FunctionFailure) {
            resolve({ ok: false, failure: prepared });
            return null;
          }
          ({ execution } = prepared);
          return prepared;
        },
        end: (outcome) => {
          const end = execution?.end(outcome);
          if (shared.fatal !== null) reject(shared.fatal);
          else if (end !== undefined) resolve(end);
        },
        fail: reject,
      });
    });
  }

  async mutation(call: MutationCall, origin: Origin): Promise<MutationRun> {
    const attempts = this.#begin(call, "mutation", origin);
    for (let retry = 0; ; retry++) {
      try {
        const run = await this.#attempt(attempts);
        attempts.log.end(run.end.ok ? null : run.end.failure.message);
        return run;
      } catch (error) {
        const isRetryable = error instanceof ConflictError || error instanceof IsolateLostError;
        // A caller should hear of a full disk rather than wait until somebody has made room.
        if (!isRetryable && !isStorageFailure(error)) throw error;
        if (!isRetryable || retry === MAX_RETRIES) {
          attempts.log.end(error.message);
          const end: FunctionEnd = { ok: false, failure: new FunctionFailure(error.message) };
          const ts = this.#deps.services.database.latestTs();
          return { end, requestId: attempts.requestId, logLines: [], ts, isTransient: true };
        }
        await backoff(retry);
      }
    }
  }

  /** Until the function waits for something outside the database, all of it happens in one turn. */
  async #attempt(attempts: Attempts<MutationCall>): Promise<MutationRun> {
    const shared = await this.#share(attempts, null);
    return await new Promise((resolve, reject) => {
      let attempt: MutationAttempt | undefined;
      shared.isolate.runBatched({
        begin: () => {
          const tx = this.#deps.services.database.begin("mutation");
          const begun = this.#beginMutation(attempts, shared, tx);
          if ("answer" in begun) {
            resolve(begun.answer);
            return null;
          }
          attempt = { attempts, shared, tx, execution: begun.execution };
          return begun;
        },
        end: (outcome) => {
          if (attempt !== undefined) resolve(this.#endMutation(attempt, outcome));
        },
        fail: (error) => {
          this.#abandon(attempt).then(() => reject(error as Error), reject);
        },
      });
    });
  }

  /** What to run, or the answer when there is nothing to run. */
  #beginMutation(
    attempts: Attempts<MutationCall>,
    shared: TransactionCall,
    tx: Transaction,
  ): PreparedRun | { answer: Promise<MutationRun> } {
    try {
      const earlier = this.#earlierRun(attempts, tx);
      if (earlier !== null) return { answer: this.#whenSettled(tx, earlier) };
      const prepared = this.#prepare(attempts, shared, tx);
      if (!(prepared instanceof FunctionFailure)) return prepared;
      const { requestId } = attempts;
      const end: FunctionEnd = { ok: false, failure: prepared };
      const logLines = shared.logs.lines;
      return { answer: this.#whenSettled(tx, { end, requestId, logLines, ts: tx.snapshotTs }) };
    } catch (error) {
      tx.close();
      throw error;
    }
  }

  /** Up to its first wait this commits within the turn of the function. */
  async #endMutation(
    { attempts, shared, tx, execution }: MutationAttempt,
    outcome: JobOutcome,
  ): Promise<MutationRun> {
    const { call, requestId } = attempts;
    const { database } = this.#deps.services;
    let isCommitted = false;
    try {
      const end = execution.end(outcome);
      if (shared.fatal !== null) throw shared.fatal;
      const logLines = shared.logs.lines;
      if (!end.ok) {
        return await this.#whenSettled(tx, { end, requestId, logLines, ts: tx.snapshotTs });
      }
      if (call.sessionRequest !== undefined) {
        storeOutcome(tx, call.sessionRequest, { value: end.value, logLines });
      }
      call.companion?.after(tx);
      const { ts } = await database.commit(tx);
      isCommitted = true;
      return { end, requestId, logLines, ts };
    } finally {
      tx.close();
      for (const finish of shared.atEnd) await finish(isCommitted);
    }
  }

  async #abandon(attempt: MutationAttempt | undefined): Promise<void> {
    attempt?.tx.close();
    for (const finish of attempt?.shared.atEnd ?? []) await finish(false);
  }

  /** The outcome of a mutation that commits nothing, once what it read and now tells of is on disk. */
  async #whenSettled(tx: Transaction, run: MutationRun): Promise<MutationRun> {
    try {
      await this.#deps.services.database.settled(tx);
      return run;
    } finally {
      tx.close();
    }
  }

  /** What there is to answer without running: an earlier outcome, or nothing for a job that is over. */
  #earlierRun({ call, requestId }: Attempts<MutationCall>, tx: Transaction): MutationRun | null {
    const earlier = call.sessionRequest === undefined ? null : readOutcome(tx, call.sessionRequest);
    if (earlier !== null) {
      const { value, logLines, ts } = earlier;
      return { end: { ok: true, value }, requestId, logLines, ts };
    }
    if (call.companion?.before(tx) !== false) return null;
    return { end: { ok: true, value: null }, requestId, logLines: [], ts: tx.snapshotTs };
  }

  #begin<Call extends FunctionCall>(
    call: Call,
    kind: "query" | "mutation",
    origin: Origin,
  ): Attempts<Call> {
    const path = canonicalPath(call.path);
    const requestId = newRequestId();
    const { log, services } = this.#deps;
    return {
      call,
      kind,
      origin,
      path,
      requestId,
      log: createCallLog({ path, kind, requestId }, { log, now: services.now }),
      seed: freshRandom(SEED_BYTES),
    };
  }

  async #share(
    { call, requestId, log, seed }: Attempts<FunctionCall>,
    journalBefore: string | null,
  ): Promise<TransactionCall> {
    const { services } = this.#deps;
    const code = this.#deps.code();
    log.lines.clear(); // what an abandoned attempt said does not count
    return {
      services,
      code,
      isolate: await code.forTransactions(),
      identity: call.identity,
      requestId,
      request: call.request,
      scheduledFunctionId: call.scheduledFunctionId,
      logs: log.lines,
      run: new RunState(),
      startedAt: Math.floor(services.now()),
      random: new RandomSource(seed),
      paging: new PageState(journalBefore),
      usesIdentity: false,
      fatal: null,
      atEnd: [],
    };
  }

  /** What to run, or why the call is refused. @throws what makes the transaction useless */
  #prepare(
    { call, kind, origin, path }: Attempts<FunctionCall & Pick<MutationCall, "sessionRequest">>,
    shared: TransactionCall,
    tx: Transaction,
  ): PreparedRun | FunctionFailure {
    try {
      const called = checkFound(shared.code.functions, path, kind, origin, call.identity);
      const execution = new TransactionExecution(shared, called, tx);
      const job = execution.job(execution.checkArguments(call.args));
      const { sessionRequest } = call;
      this.#deps.onEnter({
        kind,
        path,
        args: call.args,
        ...(sessionRequest && { sessionRequest }),
      });
      return { execution, job };
    } catch (error) {
      if (error instanceof FunctionFailure) return error;
      throw error;
    }
  }
}

function backoff(retry: number): Promise<void> {
  const fullMs = Math.min(FIRST_BACKOFF_MS * 2 ** retry, MAX_BACKOFF_MS);
  const delayMs = fullMs * (0.5 + Math.random() / 2); // so that two rivals do not meet again
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
