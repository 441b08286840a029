/**
 * The engine's thread seen from outside: starts one, says when it is ready, carries requests to it and tells
 * when it is gone. One object is one thread; it is never restarted, only replaced.
 */
import { Worker } from "node:worker_threads";

import type { Excess } from "../functions/isolate/excess.ts";
import { EmbeddedConvexError } from "../embeddedConvexError.ts";
import { ThreadInspector } from "./threadInspector.ts";
import { COLLECT_EXPRESSION, heldBytes } from "./threadMemory.ts";
import { tuneHeap } from "./tuneHeap.ts";
import type {
  EngineRequests,
  EngineWorkerData,
  FromWorker,
  RequestName,
  WireError,
} from "./workerMessages.ts";

/** Beyond it the thread ends instead of taking the machine's memory. */
const MAX_HEAP_MB = 4096;

export type ThreadEvents = {
  onMessage(
    message: Extract<FromWorker, { type: "functionLogs" | "engineError" | "pushed" }>,
  ): void;
  /** What runs too long in the thread can be cut off from now on. */
  onWatchable(): void;
  /** Called once, also when the thread ends as asked. @param error what it died of, if it did */
  onExit(error: Error | null): void;
};

type Waiting = { resolve: (body: unknown) => void; reject: (error: Error) => void };

export class EngineThread {
  /** Settles when the thread listens, or with the reason why it never will. */
  readonly ready: Promise<{ port: number; sitePort: number }>;
  readonly #worker: Worker;
  readonly #inspector: ThreadInspector;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 0;
  #isGone = false;

  constructor(workerData: EngineWorkerData, events: ThreadEvents) {
    tuneHeap();
    this.#worker = new Worker(new URL("./engineWorker.ts", import.meta.url), {
      workerData,
      name: "embedded-convex",
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    this.#inspector = new ThreadInspector(this.#worker, () => events.onWatchable());
    let deathCause: Error | null = null;
    this.ready = new Promise((resolve, reject) => {
      this.#worker.on("message", (message: FromWorker) => {
        if (message.type === "ready") resolve(message);
        else if (message.type === "failed") reject(revive(message.error));
        else if (message.type === "reply") this.#settle(message);
        else events.onMessage(message);
      });
      this.#worker.on("error", (error: Error) => (deathCause = error));
      this.#worker.on("exit", () => {
        const reason = deathCause?.message ?? "it was ended";
        const gone = new EmbeddedConvexError("ENGINE_FAILED", `The engine stopped: ${reason}`);
        this.#isGone = true;
        this.#inspector.forget();
        reject(gone);
        for (const { reject: give } of this.#waiting.values()) give(gone);
        this.#waiting.clear();
        events.onExit(deathCause);
      });
    });
  }

  /** @throws EmbeddedConvexError as the thread says, or ENGINE_FAILED if it ends before it answers */
  async request<Name extends RequestName>(
    name: Name,
    body: EngineRequests[Name]["takes"],
  ): Promise<EngineRequests[Name]["gives"]> {
    if (this.#isGone) {
      throw new EmbeddedConvexError("ENGINE_FAILED", "The engine has stopped");
    }
    const id = this.#nextId++;
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
    this.#worker.postMessage({ id, name, body });
    return (await answer) as EngineRequests[Name]["gives"];
  }

  /** What the thread has had of the processor; it answers while it is busy, unless it is blocked. */
  async cpuMs(): Promise<number> {
    const { user, system } = await this.#worker.cpuUsage();
    return (user + system) / 1_000;
  }

  /** What the thread holds, dead or alive; it answers while it is busy, too. */
  async memoryBytes(): Promise<number> {
    return heldBytes(await this.#worker.getHeapStatistics());
  }

  /**
   * What of it is alive: has the thread collect its garbage, whatever it is doing (tens of milliseconds per
   * 100 MB). Rejects where the thread cannot be reached.
   */
  async liveBytes(): Promise<number> {
    return (await this.#inspector.evaluate(COLLECT_EXPRESSION)) as number;
  }

  /** Cuts off what the thread is running, which it goes on from. Rejects if it is gone. */
  async cutOff(excess: Excess): Promise<void> {
    this.#inspector.terminateExecution();
    await this.request("recover", excess);
  }

  /** Ends the thread whatever it is doing. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(reply: Extract<FromWorker, { type: "reply" }>): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.ok) waiting?.resolve(reply.body);
    else waiting?.reject(revive(reply.error));
  }
}

function revive(error: WireError): EmbeddedConvexError {
  return new EmbeddedConvexError(error.code, error.message);
}
