/**
 * One context of the default runtime: a realm of its own inside this thread in which the code of the app
 * and of each of its components is evaluated once. It is a boundary for what is visible, not for hostile code: the functions are the
 * operator's own.
 *
 * A context for TRANSACTIONS (queries, mutations) has a microtask queue of its own that runs to its end
 * inside each `enter`, under a wall-clock limit: since the database answers at once, a whole query
 * usually runs in one go, an endless loop is cut off, and a promise that nothing can resolve shows. A
 * context for ACTIONS shares the thread's queue and waits for the world.
 */
import { compileFunction, constants, createContext, Script } from "node:vm";
import type { Context } from "node:vm";
import type { BundledScript } from "./bundle.ts";
import type { ComponentInstance } from "./componentTree.ts";
import { contextScript } from "./contextCode.ts";
import type { ContextApi, Host, Job, JobOutcome } from "./context/host.ts";
import { currentExecution } from "./execution.ts";
import type { Execution } from "./execution.ts";
import { outsideFunctions } from "./functionLocalStorage.ts";
import { createIsolateHost, TIMED_OUT } from "./isolateHost.ts";
import type { RunState } from "./runState.ts";
import { loadExecution } from "./loadExecution.ts";
import { scriptName } from "./stackTraces.ts";

export const USER_TIME_LIMIT_MS = 1_000; // Convex's limit for queries and mutations
/** Cut-off for one uninterrupted stretch; above the limit, since database work counts in it. */
const STRETCH_LIMIT_MS = 2_000;
/**
 * How long a stretch goes on: then no further function of a batch is started, and system calls are answered
 * in the next stretch. Far enough from the cut-off for a function to have all of its own time.
 */
const STRETCH_MS = 500;
/**
 * Turns of the event loop and time without any progress after which a function can never finish. A
 * promise of the host (a Blob's bytes) may take a few turns.
 */
const IDLE_TURNS = 50;
const IDLE_MS = 100;

const NEVER_FINISHED =
  "The function can never finish: it awaits a promise that nothing is going to resolve.";

/** The context was given up because another function had to be cut off in it: run the call again. */
export class IsolateLostError extends Error {
  override readonly name = "IsolateLostError";
}

export interface IsolateOptions {
  readonly mode: "transactions" | "actions";
  /** Ms since epoch: the time that modules see while they load. */
  readonly loadedAt: number;
}

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

/** The run that a batch is at. */
interface CurrentRun {
  readonly batched: BatchedRun;
  readonly execution: Execution;
  readonly job: Job;
  /** Goes on with a function that the batch cannot finish. */
  wait?: () => Promise<JobOutcome>;
}

export class Isolate {
  readonly #context: Context;
  readonly #isForTransactions: boolean;
  readonly #api: ContextApi;
  readonly #loadedAt: number;
  readonly #components = new Map<string, ComponentInstance>();
  readonly #deliveries: (() => void)[] = [];
  readonly #queue: BatchedRun[] = [];
  #task: (() => void) | undefined;
  #stretchStartedAt = 0;
  #isInHost = false;
  #isLost = false;

  static async create(options: IsolateOptions): Promise<Isolate> {
    return new Isolate(options, await contextScript());
  }

  private constructor(options: IsolateOptions, script: Script) {
    this.#isForTransactions = options.mode === "transactions";
    this.#loadedAt = options.loadedAt;
    this.#context = createContext(constants.DONT_CONTEXTIFY, {
      ...(this.#isForTransactions ? { microtaskMode: "afterEvaluate" as const } : {}),
    });
    Object.defineProperty(this.#context, ENTER, { value: () => this.#task?.() });
    const install = script.runInContext(this.#context) as (host: Host) => ContextApi;
    this.#api = install(
      createIsolateHost({
        componentOf: (path) => this.#components.get(path) ?? NO_COMPONENT,
        loading: loadExecution("", options.loadedAt),
        userTimeLimitMs: this.#isForTransactions ? USER_TIME_LIMIT_MS : undefined,
        deliver: (task) => (this.#isForTransactions ? this.#deliveries.push(task) : task()),
        isStretchLong: () => this.#isForTransactions && this.#isStretchLong,
        setInHost: (isInHost) => {
          const was = this.#isInHost;
          this.#isInHost = isInHost;
          return was;
        },
      }),
    );
  }

  /** Makes the modules of a component loadable. @throws SyntaxError */
  install(component: ComponentInstance, script: Pick<BundledScript, "source">): void {
    const module = { exports: {} as Record<string, () => Record<string, unknown>> };
    const evaluate = compileFunction(script.source, ["module", "exports"], {
      parsingContext: this.#context,
      filename: scriptName(component.definitionPath),
    }) as (module: object, exports: object) => void;
    evaluate(module, module.exports);
    this.#components.set(component.path, component);
    this.#api.useModules(component.path, module.exports);
  }

  /** True after a function had to be cut off: what it left behind is unknown, take a new context. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Loads a module and tells what it exports, as JSON text. @throws what the module throws */
  describeModule(component: string, module: string): string {
    return this.#describe(component, () => this.#api.describeModule(component, module)) ?? "[]";
  }

  /** Loads a definition (`schema`, `crons`, …) and exports it as JSON text. */
  describeDefinition(component: string, module: string): string | null {
    return this.#describe(component, () => this.#api.describeDefinition(component, module));
  }

  #describe(component: string, task: () => string | null): string | null {
    let outcome: { value: string | null } | { thrown: unknown } | undefined;
    const describe = () => {
      try {
        outcome = { value: task() };
      } catch (thrown) {
        outcome = { thrown: this.#api.describeThrown(thrown) };
      }
    };
    const loading = loadExecution(component, this.#loadedAt);
    this.#enter(() => currentExecution.run(loading, describe));
    if (outcome === undefined) throw new Error("Loading it took too long.");
    if ("thrown" in outcome) throw outcome.thrown;
    return outcome.value;
  }

  /**
   * Runs a query or mutation. All that come in one turn of the event loop run one after the other
   * under one guard: arming it starts a thread, which costs more than a small function takes.
   */
  runBatched(run: BatchedRun): void {
    this.#queue.push(run);
    if (this.#queue.length === 1) setImmediate(() => this.#runQueue());
  }

  get #isStretchLong(): boolean {
    return performance.now() - this.#stretchStartedAt > STRETCH_MS;
  }

  #runQueue(): void {
    while (this.#queue.length > 0) {
      const isDone = this.#runBatch();
      if (isDone) continue;
      const lost = new IsolateLostError("Another function had to be cut off.");
      for (const { fail } of this.#queue.splice(0)) fail(lost);
    }
  }

  /** Runs from the queue until it is empty, time is up, or a function waits. False after a cut-off. */
  #runBatch(): boolean {
    let current: CurrentRun | null = null;
    const next = (): void => {
      current = null;
      while (current === null && !this.#isStretchLong) {
        const batched = this.#queue.shift();
        if (batched === undefined) return;
        current = this.#asHost(() => beginRun(batched));
      }
      if (current !== null) this.#startBatched(current, next);
    };
    const isDone = this.#enter(next);
    const last = current as CurrentRun | null; // `next` has changed it, which the compiler cannot see
    if (last === null) return isDone;
    const { batched, execution } = last;
    execution.run.pauseClock();
    // After a cut-off the execution that was cut off still seems to be the current one.
    outsideFunctions(() => {
      if (!isDone) endCutOff(execution.run, batched);
      else last.wait?.().then(batched.end, batched.fail);
    });
    return isDone;
  }

  #startBatched(current: CurrentRun, next: () => void): void {
    const { batched, execution, job } = current;
    let isWaiting = false;
    let outcome: JobOutcome | undefined;
    current.wait = () => {
      isWaiting = true;
      return this.#waitFor(execution.run, () => outcome);
    };
    execution.run.startClock();
    this.start(execution, job, (end) => {
      outcome = end;
      // A failure that nobody handles shows when the loop has turned, and is the function's own.
      if (isWaiting || (end.ok && execution.run.mayBreak)) return;
      execution.run.pauseClock();
      this.#asHost(() => {
        batched.end(inTime(execution.run, end));
      });
      next();
    });
  }

  /** Does work of the engine within a batch: outside of any function, and not to be cut off. */
  #asHost<R>(work: () => R): R {
    const wasInHost = this.#isInHost;
    this.#isInHost = true;
    try {
      return outsideFunctions(work);
    } finally {
      this.#isInHost = wasInHost;
    }
  }

  /** Runs an action to its end. */
  async runAction(execution: Execution, job: Job): Promise<JobOutcome> {
    try {
      const ended = new Promise<JobOutcome>((resolve) => this.start(execution, job, resolve));
      const broken = execution.run.broken.then((thrown) => ({ ok: false, thrown }) as const);
      const outcome = await Promise.race([ended, broken]);
      await new Promise((resolve) => setImmediate(resolve)); // in which failures that nobody handled show
      return execution.run.brokenBy === undefined ? outcome : await broken;
    } finally {
      // The body of an HTTP action's response may still be written.
      if (job.kind !== "httpAction") execution.run.stopTimers();
    }
  }

  /** Starts a function from within a call of another one; `settle` is called in the context's turn. */
  start(execution: Execution, job: Job, settle: (outcome: JobOutcome) => void): void {
    const wasInHost = this.#isInHost;
    this.#isInHost = false; // user code again: cutting it off harms nothing
    // From outside any function, so that values of the caller's AsyncLocalStorage do not cross.
    outsideFunctions(() => currentExecution.run(execution, () => this.#api.start(job, settle)));
    this.#isInHost = wasInHost;
  }

  /** Lets what became ready go on, turn by turn, until the function has ended. */
  async #waitFor(run: RunState, outcomeSoFar: () => JobOutcome | undefined): Promise<JobOutcome> {
    const idleSince = { turn: 0, at: performance.now() };
    for (let turn = 1; ; turn++) {
      if (run.isWaiting) {
        await run.progress();
        Object.assign(idleSince, { turn, at: performance.now() });
      } else {
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (this.#isLost) throw new IsolateLostError("The function was interrupted by another one.");
      const deliveries = this.#deliveries.splice(0);
      if (deliveries.length > 0) Object.assign(idleSince, { turn, at: performance.now() });
      const isDone = this.#enterFor(run, () => {
        for (const deliver of deliveries) deliver();
      });
      const broken = run.brokenBy && ({ ok: false, thrown: run.brokenBy } as const);
      const outcome = outOfTime(isDone, run) ?? broken ?? outcomeSoFar();
      if (outcome !== undefined) return outcome;
      const isStuck =
        turn - idleSince.turn > IDLE_TURNS && performance.now() - idleSince.at > IDLE_MS;
      if (isStuck) return failed(NEVER_FINISHED);
    }
  }

  /** Enters on a function's time. False when it had to be cut off. */
  #enterFor(run: RunState, task: () => void): boolean {
    run.startClock();
    try {
      return this.#enter(task);
    } finally {
      run.pauseClock();
    }
  }

  /** Runs a task in the context, then all that became ready. False when it had to be cut off. */
  #enter(task: () => void): boolean {
    this.#task = task;
    this.#stretchStartedAt = performance.now();
    try {
      ENTER_SCRIPT.runInContext(
        this.#context,
        this.#isForTransactions ? { timeout: STRETCH_LIMIT_MS } : {},
      );
      return true;
    } catch (error) {
      if ((error as { code?: string }).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
      this.#isLost = true;
      if (this.#isInHost) dieOfInterruption();
      return false;
    } finally {
      this.#task = undefined;
    }
  }
}

const NO_COMPONENT = { environment: {} };
const ENTER = Symbol.for("embedded-convex.enter");
const ENTER_SCRIPT = new Script('globalThis[Symbol.for("embedded-convex.enter")]()');

/** The cut-off struck inside the engine, whose own state may be torn: only a fresh thread is safe. */
function dieOfInterruption(): void {
  setImmediate(() => {
    throw new Error("A function was cut off while the engine worked for it.");
  });
}

const STARVED = "The machine is so busy that a function could not be run to its end.";

/** The cut-off counts time on the wall: a function that got no processor is not to blame and runs again. */
function endCutOff(run: RunState, batched: BatchedRun): void {
  if (isToBlame(run)) batched.end(failed(TIMED_OUT));
  else batched.fail(new IsolateLostError(STARVED));
}

/** @throws IsolateLostError when the function has to run again */
function outOfTime(isDone: boolean, run: RunState): JobOutcome | undefined {
  if (!isDone && !isToBlame(run)) throw new IsolateLostError(STARVED);
  return isDone && !run.hasExceeded(USER_TIME_LIMIT_MS) ? undefined : failed(TIMED_OUT);
}

/** What loops has taken far more of the processor, even where ten others wanted it. */
function isToBlame(run: RunState): boolean {
  return run.cpuMs > STRETCH_LIMIT_MS / 10;
}

function beginRun(batched: BatchedRun): CurrentRun | null {
  try {
    const begun = batched.begin();
    return begun === null ? null : { batched, ...begun };
  } catch (error) {
    batched.fail(error);
    return null;
  }
}

function inTime(run: RunState, outcome: JobOutcome): JobOutcome {
  return run.hasExceeded(USER_TIME_LIMIT_MS) ? failed(TIMED_OUT) : outcome;
}

function failed(message: string): JobOutcome {
  return { ok: false, thrown: { name: "", message, stack: "" } };
}
