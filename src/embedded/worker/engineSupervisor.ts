/**
 * Keeps one engine thread alive. Lives on the embedder's thread, so it never blocks. Knows
 * nothing of databases or sockets; it holds what a new thread needs to take over: the code
 * that was loaded last, the environment, the ports, and the calls that made a thread hang.
 *
 * ES1 A thread that hangs in a function, or in which one takes memory without end, is ended; its successor
 *     listens on the same ports and answers the same call with Convex's error.
 * ES2 A thread that dies is replaced, sooner the rarer it happens.
 * ES3 Code that does not load changes nothing: the old code is what a successor gets.
 */
import type { FunctionBundle } from "../functions/build/bundle.ts";
import type { Excess } from "../functions/isolate/excess.ts";
import { createGuardMemory, StretchWatch } from "../functions/isolate/stretchGuard.ts";
import { blameFor, type BlamedCall, type Culprit } from "./blame.ts";
import type { EngineThread, ThreadEvents } from "./engineThread.ts";
import { createHeartbeatMemory, HeartbeatReader, type CallNote } from "./heartbeat.ts";
import { ThreadGuard, type GuardedThread } from "./threadGuard.ts";
import type { EngineStats, EngineWorkerData, FromWorker } from "./workerMessages.ts";

const FIRST_RESTART_DELAY_MS = 50;
const MAX_RESTART_DELAY_MS = 10_000;
/** A thread that lived so long did not die of how it was started. */
const STABLE_AFTER_MS = 30_000;
/** How long a thread may take to finish what it is doing when it is asked to close. */
const CLOSE_WITHIN_MS = 5_000;

export type SupervisorEvent =
  | Extract<FromWorker, { type: "functionLogs" | "engineError" }>
  /** Code was pushed and runs now. */
  | { type: "pushed"; modules: number }
  /** The thread was replaced. `culprit`: the function on whose account, if one was at fault. */
  | { type: "restarted"; reason: string; culprit: Culprit | null };

/** A thread as the supervisor sees it. */
export type SupervisedThread = GuardedThread &
  Pick<EngineThread, "ready" | "request" | "terminate">;

/** What a thread is started with; the rest of its data is the supervisor's. */
export type EngineSettings = Omit<EngineWorkerData, "heartbeat" | "stretch" | "blames">;

export type SupervisorDeps = {
  startThread: (workerData: EngineWorkerData, events: ThreadEvents) => SupervisedThread;
  onEvent: (event: SupervisorEvent) => void;
  /** Ms since epoch. */
  now: () => number;
};

export class EngineSupervisor {
  readonly #deps: SupervisorDeps;
  #settings: EngineSettings;
  #thread: SupervisedThread | null = null;
  #guard: ThreadGuard | undefined;
  #blames: BlamedCall[] = [];
  #culprit: Culprit | null = null;
  #restartDelayMs = FIRST_RESTART_DELAY_MS;
  #restartTimer: NodeJS.Timeout | undefined;
  #isReady = false;
  #isClosing = false;

  constructor(settings: EngineSettings, deps: SupervisorDeps) {
    this.#settings = settings;
    this.#deps = deps;
  }

  /** The ports in use. @throws EmbeddedConvexError if the engine cannot start */
  async start(): Promise<{ port: number; sitePort: number }> {
    const ports = await this.#startThread();
    // From now on the addresses are known to others: a successor must take the same ones.
    this.#settings = { ...this.#settings, ...ports };
    this.#isReady = true;
    return ports;
  }

  /** Swaps the code while it runs. @throws EmbeddedConvexError; the old code goes on (ES3) */
  async load(bundle: FunctionBundle): Promise<void> {
    await this.#current().request("load", bundle);
    this.#adopt(bundle);
  }

  async setEnvironment(changes: Record<string, string | undefined>): Promise<void> {
    await this.#current().request("setEnvironment", changes);
    const environment = { ...this.#settings.environment };
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined) Reflect.deleteProperty(environment, name);
      else environment[name] = value;
    }
    this.#settings = { ...this.#settings, environment };
  }

  async stats(): Promise<EngineStats> {
    return await this.#current().request("stats", null);
  }

  /** Lets running work end, at most for a few seconds, and frees ports and files. */
  async close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#restartTimer);
    const thread = this.#thread;
    if (thread === null) return;
    const gaveUp = setTimeout(() => void thread.terminate(), CLOSE_WITHIN_MS);
    await thread.request("close", null).catch(() => undefined); // gone already, or given up
    clearTimeout(gaveUp);
    this.#guard?.stop();
    await thread.terminate();
  }

  #current(): SupervisedThread {
    if (this.#thread === null) throw new Error("The engine is not running");
    return this.#thread;
  }

  async #startThread(): Promise<{ port: number; sitePort: number }> {
    const memory = createHeartbeatMemory();
    const heartbeat = new HeartbeatReader(memory);
    const stretchMemory = createGuardMemory();
    const stretch = new StretchWatch(stretchMemory);
    const startedAt = this.#deps.now();
    const thread = this.#deps.startThread(
      { ...this.#settings, heartbeat: memory, stretch: stretchMemory, blames: this.#blames },
      {
        onMessage: (message) => this.#hear(message),
        onWatchable: () => stretch.begin(),
        onExit: (error) => {
          this.#guard?.stop();
          if (isOutOfMemory(error)) this.#accuse(heartbeat.running(), "memory");
          const isStable = this.#deps.now() - startedAt > STABLE_AFTER_MS;
          if (isStable) this.#restartDelayMs = FIRST_RESTART_DELAY_MS;
          if (this.#isReady && !this.#isClosing) this.#restart(error);
        },
      },
    );
    this.#thread = thread;
    this.#guard?.stop();
    this.#guard = new ThreadGuard({
      ...{ thread, heartbeat, stretch },
      onHopeless: (culprit, excess) => {
        this.#accuse(culprit, excess);
        void thread.terminate();
      },
    });
    return await thread.ready;
  }

  #hear(message: Parameters<ThreadEvents["onMessage"]>[0]): void {
    if (message.type !== "pushed") {
      this.#deps.onEvent(message);
      return;
    }
    this.#adopt(message.bundle);
    this.#deps.onEvent({ type: "pushed", modules: message.bundle.app.modules.length });
  }

  #adopt(bundle: FunctionBundle): void {
    this.#settings = { ...this.#settings, bundle };
    this.#blames = []; // new code has not hung yet
  }

  #accuse(note: CallNote | null, excess: Excess): void {
    this.#culprit = note && { ...note, excess };
  }

  #restart(error: Error | null): void {
    const culprit = this.#culprit;
    this.#culprit = null;
    if (culprit !== null) {
      this.#blames = [...this.#blames, blameFor(culprit, this.#deps.now())];
      this.#restartDelayMs = FIRST_RESTART_DELAY_MS; // the cause is known and will not recur
    }
    const reason = error?.message ?? (culprit === null ? "the thread ended" : faultOf(culprit));
    this.#deps.onEvent({ type: "restarted", reason, culprit });
    this.#restartTimer = setTimeout(() => {
      // A failed start ends the thread, which brings us here again; the reason is told then.
      this.#startThread().catch((cause: unknown) => {
        const message = cause instanceof Error ? cause.message : String(cause);
        this.#deps.onEvent({ type: "engineError", message: `Restart failed: ${message}` });
      });
    }, this.#restartDelayMs);
    this.#restartDelayMs = Math.min(this.#restartDelayMs * 2, MAX_RESTART_DELAY_MS);
  }
}

function faultOf({ path, excess }: Culprit): string {
  return excess === "time" ? `${path} did not return` : `${path} took too much memory`;
}

/** The thread reached its own limit before the watchdog could say who made it. */
function isOutOfMemory(error: (Error & { code?: unknown }) | null): boolean {
  return error?.code === "ERR_WORKER_OUT_OF_MEMORY";
}
