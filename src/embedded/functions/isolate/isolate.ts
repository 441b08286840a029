/**
 * One context of the default runtime: a realm of its own inside this thread in which the code of the app
 * and of each of its components is evaluated once. It is a boundary for what is visible, not for hostile code: the functions are the
 * operator's own.
 *
 * A context for TRANSACTIONS (queries, mutations) has a microtask queue of its own that runs to its end
 * inside each stretch, under a wall-clock limit: since the database answers at once, a whole query
 * usually runs in one go, an endless loop is cut off, and a promise that nothing can resolve shows. A
 * context for ACTIONS shares the thread's queue and waits for the world.
 */
import { compileFunction, type Script } from "node:vm";
import { BatchQueue, USER_TIME_LIMIT_MS, type BatchedRun } from "./batchQueue.ts";
import type { BundledScript } from "../build/bundle.ts";
import type { ComponentInstance } from "../code/componentTree.ts";
import { contextScript } from "./contextCode.ts";
import { ContextEntry } from "./contextEntry.ts";
import { UNREADABLE } from "../context/describeThrown.ts";
import type { ContextApi, Host, Job, JobOutcome, Thrown } from "../context/host.ts";
import type { Execution } from "./execution.ts";
import { runAs } from "./functionContext.ts";
import { createIsolateHost } from "./isolateHost.ts";
import { loadExecution } from "../code/loadExecution.ts";
import { scriptName } from "../logs/stackTraces.ts";

export interface IsolateOptions {
  readonly mode: "transactions" | "actions";
  /** Ms since epoch: the time that modules see while they load. */
  readonly loadedAt: number;
}

export class Isolate {
  readonly #entry: ContextEntry;
  readonly #batches: BatchQueue;
  readonly #api: ContextApi;
  readonly #loadedAt: number;
  readonly #components = new Map<string, ComponentInstance>();

  static async create(options: IsolateOptions): Promise<Isolate> {
    return new Isolate(options, await contextScript());
  }

  private constructor({ mode, loadedAt }: IsolateOptions, script: Script) {
    const isForTransactions = mode === "transactions";
    this.#loadedAt = loadedAt;
    this.#entry = new ContextEntry({ isLimited: isForTransactions });
    this.#batches = new BatchQueue(this.#entry, (execution, job, settle) =>
      this.start(execution, job, settle),
    );
    const install = script.runInContext(this.#entry.context) as (host: Host) => ContextApi;
    this.#api = install(
      createIsolateHost({
        componentOf: (path) => this.#components.get(path) ?? NO_COMPONENT,
        loading: loadExecution("", loadedAt),
        userTimeLimitMs: isForTransactions ? USER_TIME_LIMIT_MS : undefined,
        deliver: (task) => {
          if (isForTransactions) this.#batches.deliver(task);
          else task();
        },
        isStretchLong: () => this.#entry.isStretchLong,
        setInHost: (isInHost) => this.#entry.setInEngine(isInHost),
      }),
    );
  }

  /** Makes the modules of a component loadable. @throws SyntaxError */
  install(component: ComponentInstance, script: Pick<BundledScript, "source">): void {
    const module = { exports: {} as Record<string, () => Record<string, unknown>> };
    const evaluate = compileFunction(script.source, ["module", "exports"], {
      parsingContext: this.#entry.context,
      filename: scriptName(component.definitionPath),
    }) as (module: object, exports: object) => void;
    evaluate(module, module.exports);
    this.#components.set(component.path, component);
    this.#api.useModules(component.path, module.exports);
  }

  /** True after a function had to be cut off: what it left behind is unknown, take a new context. */
  get isLost(): boolean {
    return this.#entry.isLost;
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
    this.#entry.enter(() => runAs(loading, describe), LOAD_LIMIT_MS);
    if (outcome === undefined) throw new Error("Loading it took too long.");
    if ("thrown" in outcome) throw outcome.thrown;
    return outcome.value;
  }

  /** Looks at what code of the context has thrown, as part of that code: looking may not end either. */
  describeThrown(thrown: unknown): Thrown {
    let described = UNREADABLE;
    this.#entry.enter(() => (described = this.#api.describeThrown(thrown)));
    return described;
  }

  /** Runs a query or mutation, together with all that come in the same turn of the event loop. */
  runBatched(run: BatchedRun): void {
    this.#batches.push(run);
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
    execution.run.realm = this;
    const was = this.#entry.setInEngine(false); // user code again: cutting it off harms nothing
    runAs(execution, () => {
      this.#api.start(job, settle);
    });
    this.#entry.setInEngine(was);
  }
}

/** For one module to load, of which a large one takes a busy machine some seconds; it is done once. */
const LOAD_LIMIT_MS = 8_000;

const NO_COMPONENT = { environment: {} };
