/**
 * The workers in which "use node" actions run. A worker takes several actions, since most of them
 * wait; a new one is started while all are busy, up to a limit. An action that passes its time limit
 * is answered with an error, and its worker is ended if it does not answer: then nothing less would
 * stop the action.
 *
 * NA1 An action runs at most once.
 * NA2 A worker that dies fails the actions in it and no others; the next action gets a new one.
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { EmbeddedConvexError } from "../embeddedConvexError.ts";
import type { ActionScope } from "./actionScope.ts";
import { actionJsSyscall, actionSyscall } from "./actionExecution.ts";
import type { HostResult, JobOutcome } from "./context/host.ts";
import type { DescribedExport } from "./describedExport.ts";
import { failureOf } from "./functionFailure.ts";
import { nodeTraces } from "./nodeTraces.ts";
import type { FromWorker, ToWorker } from "./nodeMessages.ts";

export const NODE_ACTION_LIMIT_MS = 600_000; // Convex's limit
const HEAP_LIMIT_MB = 512; // what Convex gives an action
const MAX_WORKERS = Math.max(2, Math.min(4, availableParallelism()));
const ANSWER_LIMIT_MS = 1_000; // a worker that is not blocked answers in a millisecond

export interface NodeActionsOptions {
  readonly environment: Readonly<Record<string, string>>;
  /** For the positions in stack traces. */
  readonly functionsDir: string;
  readonly limitMs?: number;
}

interface NodeRun {
  readonly scope: ActionScope;
  readonly settle: (outcome: JobOutcome) => void;
}

interface Pooled {
  readonly worker: Worker;
  readonly runs: Map<number, NodeRun>;
  readonly describing: Map<number, (outcome: JobOutcome) => void>;
  /** An action in it was late: until it answers it gets no other. */
  isSuspect: boolean;
}

export class NodeActions {
  readonly #options: NodeActionsOptions;
  readonly #pool = new Set<Pooled>();
  #lastId = 0;
  #isRetired = false;

  constructor(options: NodeActionsOptions) {
    this.#options = options;
  }

  /** Loads each file once. @throws EmbeddedConvexError FUNCTIONS_INVALID naming the file */
  async describe(files: ReadonlyMap<string, string>): Promise<Map<string, DescribedExport[]>> {
    const described = new Map<string, DescribedExport[]>();
    for (const [path, file] of files) {
      const outcome = await this.#describeFile(file);
      if (!outcome.ok) {
        const { message } = failureOf(outcome.thrown, nodeTraces(this.#options.functionsDir));
        throw new EmbeddedConvexError("FUNCTIONS_INVALID", `Failed to load ${path}: ${message}`);
      }
      described.set(path, JSON.parse(String(outcome.value)) as DescribedExport[]);
    }
    return described;
  }

  #describeFile(file: string): Promise<JobOutcome> {
    const pooled = this.#freest();
    const describeId = ++this.#lastId;
    return new Promise((resolve) => {
      pooled.describing.set(describeId, resolve);
      this.#tell(pooled, { type: "describe", describeId, file });
    });
  }

  /** @param args JSON text of the arguments array */
  run(
    scope: ActionScope,
    job: { file: string; export: string; args: string },
  ): Promise<JobOutcome> {
    const pooled = this.#freest();
    const runId = ++this.#lastId;
    const { limitMs = NODE_ACTION_LIMIT_MS } = this.#options;
    return new Promise((resolve) => {
      const limit = setTimeout(() => {
        const seconds = limitMs / 1_000;
        settle(failed(`Function execution timed out (maximum duration: ${seconds}s)`));
        void this.#endIfBlocked(pooled);
      }, limitMs);
      const settle = (outcome: JobOutcome) => {
        clearTimeout(limit);
        pooled.runs.delete(runId);
        release(pooled);
        resolve(outcome);
        if (this.#isRetired) this.#endIdle();
      };
      pooled.runs.set(runId, { scope, settle });
      this.#tell(pooled, { type: "run", runId, requestId: scope.call.requestId, ...job });
    });
  }

  /** Lets running actions finish, then ends the workers. */
  retire(): void {
    this.#isRetired = true;
    this.#endIdle();
  }

  /** Ends the workers now; actions in them fail. */
  async close(): Promise<void> {
    this.#isRetired = true;
    await Promise.all(
      [...this.#pool].map((pooled) => this.#end(pooled, "The engine was stopped.")),
    );
  }

  #endIdle(): void {
    for (const pooled of this.#pool) {
      if (pooled.runs.size === 0) void this.#end(pooled, "The worker is not needed any more.");
    }
  }

  /** The worker with the fewest actions; a new one when all have some. */
  #freest(): Pooled {
    const usable = [...this.#pool].filter(({ isSuspect }) => !isSuspect);
    const [freest] = usable.sort((a, b) => a.runs.size - b.runs.size);
    const mayGrow = usable.length < MAX_WORKERS;
    if (freest !== undefined && (freest.runs.size === 0 || !mayGrow)) return freest;
    return this.#start();
  }

  #start(): Pooled {
    const worker = new Worker(new URL("./nodeActionWorker.ts", import.meta.url), {
      env: { ...this.#options.environment },
      resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT_MB },
      stdout: true, // console lines go to the log of the functions instead
      stderr: true,
    });
    const pooled: Pooled = { worker, runs: new Map(), describing: new Map(), isSuspect: false };
    this.#pool.add(pooled);
    worker.on("message", (message: FromWorker) => this.#hear(pooled, message));
    worker.on("error", (error: unknown) => this.#lose(pooled, messageOf(error)));
    worker.on("exit", (code) => this.#lose(pooled, `It exited with code ${code}.`));
    worker.unref(); // an idle worker must not keep the process alive
    return pooled;
  }

  #tell(pooled: Pooled, message: ToWorker): void {
    if (message.type !== "answer") pooled.worker.ref();
    pooled.worker.postMessage(message);
  }

  #hear(pooled: Pooled, message: FromWorker): void {
    switch (message.type) {
      case "described":
        pooled.describing.get(message.describeId)?.(message.outcome);
        pooled.describing.delete(message.describeId);
        release(pooled);
        return;
      case "line":
        pooled.runs.get(message.runId)?.scope.call.logs.add(message.line);
        return;
      case "ended":
        pooled.runs.get(message.runId)?.settle(message.outcome);
        return;
      case "syscall":
      case "jsSyscall":
        void this.#answer(pooled, message);
    }
  }

  async #answer(
    pooled: Pooled,
    asked: FromWorker & { type: "syscall" | "jsSyscall" },
  ): Promise<void> {
    const scope = pooled.runs.get(asked.runId)?.scope;
    if (scope === undefined) return; // it was answered for already: what it still does is in vain
    const { callId, op } = asked;
    const outcome =
      asked.type === "syscall"
        ? await actionSyscall(scope, op, asked.args)
        : await jsResult(() => actionJsSyscall(scope, op, asked.args));
    if (!this.#pool.has(pooled)) return;
    try {
      this.#tell(pooled, { type: "answer", callId, outcome });
    } catch (error) {
      // What cannot be sent to another thread is an error of that call.
      const refused = { ok: false, message: messageOf(error) } as const;
      this.#tell(pooled, { type: "answer", callId, outcome: refused });
    }
  }

  /** A worker that still answers goes on: only the late action was slow. */
  async #endIfBlocked(pooled: Pooled): Promise<void> {
    pooled.isSuspect = true;
    const describeId = ++this.#lastId;
    const isBlocked = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(true), ANSWER_LIMIT_MS);
      pooled.describing.set(describeId, () => {
        clearTimeout(timer);
        resolve(false);
      });
      this.#tell(pooled, { type: "describe", describeId, file: "" }); // fails, which is an answer
    });
    if (isBlocked) await this.#end(pooled, "Another action blocked its worker.");
    else pooled.isSuspect = false;
  }

  async #end(pooled: Pooled, reason: string): Promise<void> {
    this.#lose(pooled, reason);
    await pooled.worker.terminate();
  }

  #lose(pooled: Pooled, reason: string): void {
    this.#pool.delete(pooled);
    const outcome = failed(`The worker of the action was lost. ${reason}`);
    for (const { settle } of [...pooled.runs.values()]) settle(outcome);
    for (const settle of pooled.describing.values()) settle(outcome);
    pooled.describing.clear();
  }
}

/** A worker without work does not keep the process alive. */
function release({ worker, runs, describing }: Pooled): void {
  if (runs.size === 0 && describing.size === 0) worker.unref();
}

async function jsResult(task: () => Promise<unknown>): Promise<HostResult> {
  try {
    return { ok: true, value: await task() };
  } catch (error) {
    return { ok: false, message: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function failed(message: string): JobOutcome {
  return { ok: false, thrown: { name: "", message, stack: "" } };
}
