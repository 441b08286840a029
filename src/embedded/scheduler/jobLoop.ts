/**
 * Runs scheduled functions when they are due. What is pending is known from the database alone: the
 * loop keeps the read set of its last look and looks again when a commit touches it.
 *
 * SC2 Due jobs start in the order of their times.
 * SC3 A mutation takes effect exactly once: its job ends in the transaction of the mutation itself.
 * SC4 An action starts at most once: it is marked before it starts, and what is found marked after a
 *     restart has failed.
 * SC5 An error of the function ends its job; a conflict or an error of the engine does not.
 */
import type { AnalyzedFunction } from "../functions/code/analyzedFunction.ts";
import { commitWrite, readSnapshot } from "../functions/transactions/commitWrite.ts";
import type { Failure, FunctionCall } from "../functions/functionCall.ts";
import type { FunctionKind } from "../functions/logs/functionLog.ts";
import { splitPath } from "../functions/functionPath.ts";
import type { FunctionRunner } from "../functions/functionRunner.ts";
import { SYSTEM_IDENTITY } from "../functions/identity.ts";
import type { Database } from "../store/database.ts";
import type { ReadSet } from "../transaction/readSet.ts";
import type { Transaction } from "../transaction/transaction.ts";
import { Alarm } from "./alarm.ts";
import type { SchedulerClock } from "./alarm.ts";
import { beginJob, begunJobs, endJob, jobArgs, jobState, pendingJobs } from "./scheduledJobs.ts";
import type { Job, JobState } from "./scheduledJobs.ts";

const MAX_RUNNING = 64; // more would only take memory from each other
const RETRY_MS = 1_000; // after an error of the engine, a full disk for one
const INTERRUPTED = "Transient error while executing action";

const UNSUPPORTED_KINDS: Readonly<Partial<Record<FunctionKind, string>>> = {
  query: "Query",
  httpAction: "HttpAction",
};

export interface LoopDeps {
  readonly database: Database;
  readonly runner: FunctionRunner;
  readonly clock: SchedulerClock;
  /** An error of the engine; the loop goes on. */
  readonly onError: (error: unknown) => void;
}

export class JobLoop {
  readonly #deps: LoopDeps;
  readonly #alarm: Alarm;
  readonly #running = new Map<string, Promise<void>>();
  /** What the last look depended on. */
  #reads: ReadSet | undefined;
  #isClosed = false;
  readonly #stopListening: () => void;

  constructor(deps: LoopDeps) {
    this.#deps = deps;
    this.#alarm = new Alarm(deps.clock, () => this.#look());
    this.#stopListening = deps.database.onCommit(({ writes }) => {
      if (this.#reads?.overlaps(writes) === true) this.#alarm.set(deps.clock.now());
    });
  }

  /** Fails what a crash interrupted, then begins to run what is due. */
  async start(): Promise<void> {
    const { database, clock } = this.#deps;
    await commitWrite(database, (tx) => {
      for (const job of [...begunJobs(tx)]) {
        endJob(tx, job.id, { kind: "failed", error: INTERRUPTED }, clock.now());
      }
    });
    this.#look();
  }

  /** Starts nothing more and waits for what runs. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopListening();
    this.#alarm.clear();
    await Promise.all(this.#running.values());
  }

  #look(): void {
    if (this.#isClosed) return;
    const { database, clock } = this.#deps;
    const now = clock.now();
    const room = MAX_RUNNING - this.#running.size;
    // Those that run are still pending or were just begun: look past them.
    const [jobs, reads] = readSnapshot(database, (tx) => [
      pendingJobs(tx, MAX_RUNNING + 1).filter(({ id }) => !this.#running.has(id)),
      tx.reads,
    ]);
    this.#reads = reads;
    const due = jobs.filter(({ scheduledTime }) => scheduledTime <= now);
    for (const job of due.slice(0, room)) this.#begin(job);
    const next = jobs[due.length];
    if (next !== undefined) this.#alarm.set(next.scheduledTime); // else a commit or an end wakes us
  }

  #begin(job: Job): void {
    const running = this.#run(job)
      .catch((error: unknown) => {
        this.#deps.onError(error);
        this.#alarm.set(this.#deps.clock.now() + RETRY_MS);
      })
      .finally(() => {
        this.#running.delete(job.id);
        if (this.#running.size === MAX_RUNNING - 1) this.#alarm.set(this.#deps.clock.now());
      });
    this.#running.set(job.id, running);
  }

  async #run(job: Job): Promise<void> {
    const { database, runner } = this.#deps;
    const { id, path } = job;
    const args = readSnapshot(database, (tx) => jobArgs(tx, id));
    const call = { path, args, identity: SYSTEM_IDENTITY, scheduledFunctionId: id };
    if (runner.find(path)?.kind === "action") await this.#runAction(job, call);
    else await this.#runMutation(job, call);
  }

  async #runMutation(job: Job, call: FunctionCall): Promise<void> {
    const { runner, clock } = this.#deps;
    const outcome = await runner.runMutation({
      ...call,
      companion: {
        before: (tx) => beginIfPending(tx, job), // so it sees itself in progress, and nobody else does
        after: (tx) => endJob(tx, job.id, { kind: "success" }, clock.now()),
      },
    });
    if (outcome.ok) return;
    if (outcome.isTransient === true) throw new Error(outcome.errorMessage); // stays pending
    // What is no mutation is refused there, and logged; the job has Convex's words for it.
    const error = unsupportedKind(runner.find(job.path)) ?? errorOf(outcome);
    await this.#end(job, "pending", { kind: "failed", error });
  }

  async #runAction(job: Job, call: FunctionCall): Promise<void> {
    const { database, runner } = this.#deps;
    const isOurs = await commitWrite(database, (tx) => beginIfPending(tx, job));
    if (!isOurs) return;
    const outcome = await runner.runAction(call);
    const state: JobState = outcome.ok
      ? { kind: "success" }
      : { kind: "failed", error: errorOf(outcome) };
    await this.#insist(() => this.#end(job, "inProgress", state));
  }

  /** An action ends once and nobody would come back for it: on a full disk this waits for room. */
  async #insist(write: () => Promise<void>): Promise<void> {
    const { clock, onError } = this.#deps;
    for (;;) {
      try {
        await write();
        return;
      } catch (error) {
        onError(error);
        if (this.#isClosed) return; // the next start finds it interrupted
        await new Promise<void>((resolve) => void clock.after(RETRY_MS, resolve));
      }
    }
  }

  /** A job that was canceled meanwhile stays canceled. */
  async #end(job: Job, from: JobState["kind"], state: JobState): Promise<void> {
    const { database, clock } = this.#deps;
    await commitWrite(database, (tx) => {
      if (jobState(tx, job.id)?.kind === from) endJob(tx, job.id, state, clock.now());
    });
  }
}

function beginIfPending(tx: Transaction, { id }: Job): boolean {
  if (jobState(tx, id)?.kind !== "pending") return false;
  beginJob(tx, id);
  return true;
}

/** Why a function that is due cannot run, in Convex's words; null if it can, or is not there. */
function unsupportedKind(found: AnalyzedFunction | undefined): string | null {
  const kind = found === undefined ? undefined : UNSUPPORTED_KINDS[found.kind];
  if (found === undefined || kind === undefined) return null;
  const { component, module, name } = splitPath(found.path);
  const where = `"${module}.js"${component === "" ? "" : ` in '${component}'`}`;
  return `Unsupported function type. ${name} in module ${where} is defined as a ${kind}. Only Mutation and Action can be scheduled.`;
}

function errorOf(outcome: Failure): string {
  const [, ...lines] = outcome.errorMessage.split("\n"); // the first one is for clients
  return lines.join("\n");
}
