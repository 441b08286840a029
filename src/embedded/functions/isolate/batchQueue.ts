/**
 * Runs queries and mutations in a context, one after the other. All that come in one turn of the event loop
 * share one stretch, since entering costs more than a small function takes; a function that waits for
 * something outside the database goes on alone, turn by turn.
 */
import { type ContextEntry, IsolateLostError } from "./contextEntry.ts";
import type { Job, JobOutcome } from "../context/host.ts";
import { EXCESS_MESSAGES, type Excess } from "./excess.ts";
import type { Execution } from "./execution.ts";
import { outsideFunctions } from "./functionContext.ts";
import type { RunState } from "./runState.ts";
import { STRETCH_LIMIT_MS } from "./stretchGuard.ts";

export const USER_TIME_LIMIT_MS = 1_000; // Convex's limit for queries and mutations
/**
 * Turns of the event loop and time without any progress after which a function can never finish. A
 * promise of the host (a Blob's bytes) may take a few turns.
 */
const IDLE_TURNS = 50;
const IDLE_MS = 100;

const NEVER_FINISHED =
  "The function can never finish: it awaits a promise that nothing is going to resolve.";
const STARVED = "The machine is so busy that a function could not be run to its end.";

/** A query or mutation that waits for its turn in a batch. */
export interface BatchedRun {
  /** Its turn has come: what to run, or null when there is nothing (any more). May throw. */
  readonly begin: () => { readonly execution: Execution; readonly job: Job } | null;
  /**
   * It has ended. What this does at once (a commit) nothing else comes between: the next run of the
   * batch begins after it. Must not throw.
   */
  readonly end: (outcome: JobOutcome) => void;
  /** It was not run to its end: `begin` threw, or (IsolateLostError) it has to be run again. */
  readonly fail: (error: unknown) => void;
}

/**
 * The run that a batch is at. Its state lies in fields: with a closure among them that held the run, V8's young
 * generation took one run after the other for alive until the next full collection (13 % of all bytes).
 */
interface CurrentRun {
  readonly batched: BatchedRun;
  readonly execution: Execution;
  readonly job: Job;
  hasEnded: boolean;
  /** The batch could not finish it; it goes on alone. */
  isAlone: boolean;
  outcome: JobOutcome | undefined;
}

type Start = (execution: Execution, job: Job, settle: (outcome: JobOutcome) => void) => void;

export class BatchQueue {
  readonly #entry: ContextEntry;
  readonly #start: Start;
  readonly #queue: BatchedRun[] = [];
  readonly #deliveries: (() => void)[] = [];

  /** @param start runs a function within a stretch */
  constructor(entry: ContextEntry, start: Start) {
    this.#entry = entry;
    this.#start = start;
  }

  push(run: BatchedRun): void {
    this.#queue.push(run);
    if (this.#queue.length === 1) this.#schedule();
  }

  /** Keeps a task (the answer to a system call) for the next stretch of who waits for it. */
  deliver(task: () => void): void {
    this.#deliveries.push(task);
  }

  /** Runs from the queue until it is empty, time is up, or a function waits. */
  #schedule(): void {
    let current: CurrentRun | null = null;
    const next = (): void => {
      current = null;
      while (current === null && !this.#entry.isStretchLong) {
        const batched = this.#queue.shift();
        if (batched === undefined) return;
        current = this.#inEngine(() => beginRun(batched));
      }
      if (current !== null) this.#startRun(current, next);
    };
    const ended = (cutOff: Excess | null): void => {
      // After a cut-off the execution that was cut off may still seem to be the current one.
      outsideFunctions(() => this.#endBatch(current, cutOff));
    };
    this.#entry.enterInTurn(next, ended, (error) => this.#failAll(error));
  }

  #endBatch(last: CurrentRun | null, cutOff: Excess | null): void {
    last?.execution.run.pauseClock();
    if (cutOff === null) {
      if (last !== null) this.#waitFor(last).then(last.batched.end, last.batched.fail);
      if (this.#queue.length > 0) this.#schedule();
      return;
    }
    if (last !== null && !last.hasEnded) endCutOff(last, cutOff);
    this.#failAll(new IsolateLostError("Another function had to be cut off."));
  }

  #failAll(error: unknown): void {
    for (const { fail } of this.#queue.splice(0)) fail(error);
  }

  #startRun(current: CurrentRun, next: () => void): void {
    const { batched, execution, job } = current;
    execution.run.startClock();
    this.#start(execution, job, (end) => {
      current.outcome = end;
      // A failure that nobody handles shows when the loop has turned, and is the function's own.
      if (current.isAlone || (end.ok && execution.run.mayBreak)) return;
      execution.run.pauseClock();
      this.#inEngine(() => {
        current.hasEnded = true;
        batched.end(inTime(execution.run, end));
      });
      next();
    });
  }

  /** Does work of the engine within a batch: outside of any function, and not to be cut off. */
  #inEngine<R>(work: () => R): R {
    const was = this.#entry.setInEngine(true);
    try {
      return outsideFunctions(work);
    } finally {
      this.#entry.setInEngine(was);
    }
  }

  /** Lets what became ready go on, turn by turn, until the function has ended. */
  async #waitFor(current: CurrentRun): Promise<JobOutcome> {
    current.isAlone = true;
    const { run } = current.execution;
    const idleSince = { turn: 0, at: performance.now() };
    for (let turn = 1; ; turn++) {
      if (run.isWaiting) {
        await run.progress();
        Object.assign(idleSince, { turn, at: performance.now() });
      }
      const cutOff = await this.#goOn(run, (deliveries) => {
        if (deliveries > 0) Object.assign(idleSince, { turn, at: performance.now() });
      });
      const broken = run.brokenBy && ({ ok: false, thrown: run.brokenBy } as const);
      const outcome = outOfBounds(cutOff, run) ?? broken ?? current.outcome;
      if (outcome !== undefined) return outcome;
      const isStuck =
        turn - idleSince.turn > IDLE_TURNS && performance.now() - idleSince.at > IDLE_MS;
      if (isStuck) return failed(NEVER_FINISHED);
    }
  }

  /** One stretch on a function's time, in a later turn. */
  #goOn(run: RunState, delivering: (deliveries: number) => void): Promise<Excess | null> {
    return new Promise((resolve, reject) => {
      const stretch = (): void => {
        run.startClock();
        const deliveries = this.#deliveries.splice(0);
        delivering(deliveries.length);
        for (const deliver of deliveries) deliver();
      };
      const ended = (cutOff: Excess | null): void => {
        run.pauseClock();
        resolve(cutOff);
      };
      this.#entry.enterInTurn(stretch, ended, reject);
    });
  }
}

function beginRun(batched: BatchedRun): CurrentRun | null {
  try {
    const begun = batched.begin();
    if (begun === null) return null;
    const { execution, job } = begun;
    return { batched, execution, job, hasEnded: false, isAlone: false, outcome: undefined };
  } catch (error) {
    batched.fail(error);
    return null;
  }
}

function endCutOff({ execution, batched }: CurrentRun, cutOff: Excess): void {
  if (isToBlame(execution.run, cutOff)) batched.end(failed(EXCESS_MESSAGES[cutOff]));
  else batched.fail(new IsolateLostError(STARVED));
}

/** @throws IsolateLostError when the function has to run again */
function outOfBounds(cutOff: Excess | null, run: RunState): JobOutcome | undefined {
  if (cutOff === null) return run.hasExceeded(USER_TIME_LIMIT_MS) ? outOfTime() : undefined;
  if (!isToBlame(run, cutOff)) throw new IsolateLostError(STARVED);
  return failed(EXCESS_MESSAGES[cutOff]);
}

/**
 * A stretch is that of many functions: the one at which it was cut off may have had little of the processor,
 * is not to blame then and runs again. What loops has had far more.
 */
function isToBlame(run: RunState, cutOff: Excess): boolean {
  return cutOff === "memory" || run.cpuMs > STRETCH_LIMIT_MS / 10;
}

function inTime(run: RunState, outcome: JobOutcome): JobOutcome {
  return run.hasExceeded(USER_TIME_LIMIT_MS) ? outOfTime() : outcome;
}

function outOfTime(): JobOutcome {
  return failed(EXCESS_MESSAGES.time);
}

function failed(message: string): JobOutcome {
  return { ok: false, thrown: { name: "", message, stack: "" } };
}
