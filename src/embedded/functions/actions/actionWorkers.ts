/**
 * The workers in which actions of one kind run. A worker takes several actions, since most of them wait; a
 * new one is started while all are busy, up to a limit. An action that passes its time limit is answered
 * with an error, and its worker is ended if it does not answer: then nothing less would stop the action.
 * A worker that is blocked, or was late, gets no further actions.
 *
 * NA1 An action runs at most once.
 * NA2 A worker that dies fails the actions in it and no others; the next action gets a new one.
 * RA5 A worker that takes too much memory is ended, and its actions are told so.
 */
import { availableParallelism } from "node:os";
import type { Transferable, Worker } from "node:worker_threads";
import type { FromWorker, ToWorker } from "./actionMessages.ts";
import { actionJsSyscall, actionSyscall } from "./actionSyscall.ts";
import type { ActionScope } from "./actionScope.ts";
import type { HostResult, JobOutcome } from "../context/host.ts";
import { responseOf, type ResponseMessage } from "./httpMessages.ts";
import { withSourceFrames } from "../logs/stackTraces.ts";

/** Heap of a worker: what Convex gives a Node action. */
export const HEAP_LIMIT_MB = 512;
/** Heap and the buffers outside of it; somewhat more, since what is dead and not yet collected counts too. */
const MAX_WORKER_BYTES = (HEAP_LIMIT_MB + 64) * 2 ** 20;
const MAX_WORKERS = Math.max(2, Math.min(4, availableParallelism()));
/** Blocked ones may be replaced, but not without end. */
const MAX_WORKERS_WITH_BLOCKED = 4 * MAX_WORKERS;
const ANSWER_LIMIT_MS = 1_000; // a worker that is not blocked answers in a millisecond
const LOOK_MS = 250;

export interface ActionWorkersOptions {
  readonly start: () => Worker;
  readonly limitMs: number;
  /** What the actions of a worker that took too much memory are told. */
  readonly outOfMemory: string;
}

/** How an HTTP action hangs together with whoever asked. */
export interface HttpConnection {
  /** Tells when the client has gone. */
  readonly signal: AbortSignal;
  /** The body of the request. */
  readonly moved: Transferable[];
}

interface Run {
  readonly scope: ActionScope;
  readonly settle: (outcome: JobOutcome) => void;
  /** Answers before the end. */
  readonly respond: (message: ResponseMessage) => void;
  /** Tells that the worker is gone. */
  readonly lost: AbortController;
}

interface Pooled {
  readonly worker: Worker;
  readonly runs: Map<number, Run>;
  /** HTTP actions whose reader has left: they may go on with something else, up to their time limit. */
  readonly lingering: Map<number, ActionScope>;
  readonly describing: Map<number, (outcome: JobOutcome) => void>;
  /** Looks at it while it has something to do. */
  watch: NodeJS.Timeout | undefined;
  /** Ms that its event loop had spent waiting when it was last looked at. */
  idleMs: number;
  /** Its event loop did not turn between two looks. */
  isBlocked: boolean;
  /** An action in it was late: until it answers it gets no other. */
  isSuspect: boolean;
}

export class ActionWorkers<Job> {
  readonly #options: ActionWorkersOptions;
  readonly #pool = new Set<Pooled>();
  #lastId = 0;
  #isRetired = false;

  constructor(options: ActionWorkersOptions) {
    this.#options = options;
  }

  /** Asks a worker what a file exports. */
  describe(file: string): Promise<JobOutcome> {
    const pooled = this.#freest();
    const describeId = ++this.#lastId;
    return new Promise((resolve) => {
      pooled.describing.set(describeId, resolve);
      this.#tell(pooled, { type: "describe", describeId, file });
    });
  }

  /** @param http for an HTTP action, whose outcome is a Response */
  run(scope: ActionScope, job: Job, http?: HttpConnection): Promise<JobOutcome> {
    const pooled = this.#freest();
    const runId = ++this.#lastId;
    const { limitMs } = this.#options;
    return new Promise((resolve) => {
      const limit = setTimeout(() => {
        const seconds = limitMs / 1_000;
        settle(failed(`Function execution timed out (maximum duration: ${seconds}s)`));
        void this.#endIfBlocked(pooled);
      }, limitMs);
      limit.unref();
      const settle = (outcome: JobOutcome) => {
        clearTimeout(limit);
        http?.signal.removeEventListener("abort", abort);
        pooled.runs.delete(runId);
        if (http?.signal.aborted === true) linger(pooled, runId, scope, limitMs);
        release(pooled);
        resolve(outcome);
        if (this.#isRetired) this.#endIdle();
      };
      const abort = () => this.#tell(pooled, { type: "abort", runId });
      http?.signal.addEventListener("abort", abort);
      const lost = new AbortController();
      const respond = (message: ResponseMessage) => {
        resolve({ ok: true, value: responseOf(message, lost.signal) });
      };
      pooled.runs.set(runId, { scope, settle, respond, lost });
      const { requestId } = scope.call;
      this.#tell(pooled, { type: "run", runId, requestId, job }, http?.moved);
      if (http?.signal.aborted === true) abort();
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
      [...this.#pool].map((pooled) => this.#end(pooled, lost("The engine was stopped."))),
    );
  }

  #endIdle(): void {
    for (const pooled of this.#pool) {
      if (pooled.runs.size === 0) {
        void this.#end(pooled, lost("The worker is not needed any more."));
      }
    }
  }

  /** The worker with the fewest actions; a new one when all have some. */
  #freest(): Pooled {
    const usable = [...this.#pool].filter(({ isSuspect, isBlocked }) => !isSuspect && !isBlocked);
    const [freest] = usable.sort((a, b) => a.runs.size - b.runs.size);
    const mayGrow = usable.length < MAX_WORKERS && this.#pool.size < MAX_WORKERS_WITH_BLOCKED;
    if (freest !== undefined && (freest.runs.size === 0 || !mayGrow)) return freest;
    const [any] = this.#pool;
    return mayGrow || any === undefined ? this.#start() : any;
  }

  #start(): Pooled {
    const worker = this.#options.start();
    const pooled: Pooled = {
      ...{ worker, runs: new Map(), lingering: new Map(), describing: new Map() },
      ...{ watch: undefined, idleMs: -1, isBlocked: false, isSuspect: false },
    };
    this.#pool.add(pooled);
    worker.on("message", (message: FromWorker) => this.#hear(pooled, message));
    worker.on("error", (error: unknown) => this.#lose(pooled, this.#causeOf(error)));
    worker.on("exit", (code) => this.#lose(pooled, lost(`It exited with code ${code}.`)));
    worker.unref(); // an idle worker must not keep the process alive
    return pooled;
  }

  #causeOf(error: unknown): string {
    const { code } = error as { code?: unknown };
    const isOutOfMemory = code === "ERR_WORKER_OUT_OF_MEMORY";
    return isOutOfMemory ? this.#options.outOfMemory : lost(messageOf(error));
  }

  #tell(pooled: Pooled, message: ToWorker<Job>, moved: Transferable[] = []): void {
    if (message.type === "run" || message.type === "describe") {
      pooled.worker.ref();
      pooled.watch ??= setInterval(() => void this.#look(pooled), LOOK_MS).unref();
    }
    pooled.worker.postMessage(message, moved);
  }

  async #look(pooled: Pooled): Promise<void> {
    const { worker } = pooled;
    const { idle } = worker.performance.eventLoopUtilization();
    pooled.isBlocked = idle === pooled.idleMs;
    pooled.idleMs = idle;
    try {
      const { used_heap_size: heap, external_memory: buffers } = await worker.getHeapStatistics();
      if (heap + buffers > MAX_WORKER_BYTES) await this.#end(pooled, this.#options.outOfMemory);
    } catch {
      // It has ended meanwhile, which its own event tells.
    }
  }

  #hear(pooled: Pooled, message: FromWorker): void {
    switch (message.type) {
      case "described":
        pooled.describing.get(message.describeId)?.(message.outcome);
        pooled.describing.delete(message.describeId);
        release(pooled);
        return;
      case "line":
        addLine(scopeOf(pooled, message.runId), message.line);
        return;
      case "responded":
        pooled.runs.get(message.runId)?.respond(message.response);
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
    const scope = scopeOf(pooled, asked.runId);
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
    if (isBlocked) await this.#end(pooled, lost("Another action blocked its worker."));
    else pooled.isSuspect = false;
  }

  async #end(pooled: Pooled, cause: string): Promise<void> {
    this.#lose(pooled, cause);
    await pooled.worker.terminate();
  }

  #lose(pooled: Pooled, cause: string): void {
    this.#pool.delete(pooled);
    clearInterval(pooled.watch);
    const outcome = failed(cause);
    for (const { settle, lost } of [...pooled.runs.values()]) {
      settle(outcome);
      lost.abort(new Error(cause)); // of a response, whose body will not go on
    }
    for (const settle of pooled.describing.values()) settle(outcome);
    pooled.describing.clear();
  }
}

function linger(pooled: Pooled, runId: number, scope: ActionScope, limitMs: number): void {
  pooled.lingering.set(runId, scope);
  setTimeout(() => pooled.lingering.delete(runId), limitMs).unref();
}

function scopeOf({ runs, lingering }: Pooled, runId: number): ActionScope | undefined {
  return runs.get(runId)?.scope ?? lingering.get(runId);
}

/** A worker without work does not keep the process alive. */
function release(pooled: Pooled): void {
  if (pooled.runs.size > 0 || pooled.describing.size > 0) return;
  pooled.worker.unref();
  clearInterval(pooled.watch);
  pooled.watch = undefined;
  pooled.isBlocked = false;
}

function lost(reason: string): string {
  return `The worker of the action was lost. ${reason}`;
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

/** Node has led the stacks of its actions back to the sources itself. */
function addLine(scope: ActionScope | undefined, line: string): void {
  const isNode = scope?.called?.environment === "node";
  scope?.call.logs.add(isNode ? line : withSourceFrames(line, scope.call.code.traces));
}
