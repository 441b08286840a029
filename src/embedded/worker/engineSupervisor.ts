/**
 * Keeps one engine thread alive. Lives on the embedder's thread, so it never blocks. Knows
 * nothing of databases or sockets; it holds what a new thread needs to take over: the code
 * that was loaded last, the environment, the ports, and the calls that made a thread hang.
 *
 * ES1 A thread that hangs in a function is ended; its successor listens on the same ports and answers the
 *     same call with a time-out error.
 * ES2 A thread that dies is replaced, sooner the rarer it happens.
 * ES3 Code that does not load changes nothing: the old code is what a successor gets.
 */
import type { FunctionBundle } from "../functions/bundle.ts";
import { blameFor, type BlamedCall } from "./blame.ts";
import { EngineThread } from "./engineThread.ts";
import { createHeartbeatMemory, HeartbeatReader, type CallNote } from "./heartbeat.ts";
import type { EngineStats, EngineWorkerData, FromWorker } from "./workerMessages.ts";
import { TICK_MS, Watchdog } from "./watchdog.ts";

const FIRST_RESTART_DELAY_MS = 50;
const MAX_RESTART_DELAY_MS = 10_000;
/** A thread that lived so long did not die of how it was started. */
const STABLE_AFTER_MS = 30_000;
/** How long a thread may take to finish what it is doing when it is asked to close. */
const CLOSE_WITHIN_MS = 5_000;

export type SupervisorEvent =
  | Extract<FromWorker, { type: "functionLog" | "engineError" }>
  /** The thread was replaced. `culprit`: the function that made it hang, if one did. */
  | { type: "restarted"; reason: string; culprit: CallNote | null };

export type SupervisorOptions = Omit<EngineWorkerData, "heartbeat" | "blames"> & {
  onEvent: (event: SupervisorEvent) => void;
  /** Ms since epoch. */
  now: () => number;
};

export class EngineSupervisor {
  readonly #options: SupervisorOptions;
  #workerData: Omit<EngineWorkerData, "heartbeat" | "blames">;
  #thread: EngineThread | null = null;
  #watch: NodeJS.Timeout | undefined;
  #blames: BlamedCall[] = [];
  #culprit: CallNote | null = null;
  #restartDelayMs = FIRST_RESTART_DELAY_MS;
  #restartTimer: NodeJS.Timeout | undefined;
  #isReady = false;
  #isClosing = false;

  constructor({ onEvent, now, ...workerData }: SupervisorOptions) {
    this.#options = { onEvent, now, ...workerData };
    this.#workerData = workerData;
  }

  /** The ports in use. @throws EmbeddedConvexError if the engine cannot start */
  async start(): Promise<{ port: number; sitePort: number }> {
    const ports = await this.#startThread();
    // From now on the addresses are known to others: a successor must take the same ones.
    this.#workerData = { ...this.#workerData, ...ports };
    this.#isReady = true;
    return ports;
  }

  /** Swaps the code while it runs. @throws EmbeddedConvexError; the old code goes on (ES3) */
  async load(bundle: FunctionBundle): Promise<void> {
    await this.#current().request("load", bundle);
    this.#workerData = { ...this.#workerData, bundle };
    this.#blames = []; // new code has not hung yet
  }

  async setEnvironment(changes: Record<string, string | undefined>): Promise<void> {
    await this.#current().request("setEnvironment", changes);
    const environment = { ...this.#workerData.environment };
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined) Reflect.deleteProperty(environment, name);
      else environment[name] = value;
    }
    this.#workerData = { ...this.#workerData, environment };
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
    clearInterval(this.#watch);
    await thread.terminate();
  }

  #current(): EngineThread {
    if (this.#thread === null) throw new Error("The engine is not running");
    return this.#thread;
  }

  async #startThread(): Promise<{ port: number; sitePort: number }> {
    const heartbeat = createHeartbeatMemory();
    const startedAt = this.#options.now();
    const thread = new EngineThread(
      { ...this.#workerData, heartbeat, blames: this.#blames },
      {
        onMessage: this.#options.onEvent,
        onExit: (error) => {
          clearInterval(this.#watch);
          const isStable = this.#options.now() - startedAt > STABLE_AFTER_MS;
          if (isStable) this.#restartDelayMs = FIRST_RESTART_DELAY_MS;
          if (this.#isReady && !this.#isClosing) this.#restart(error);
        },
      },
    );
    this.#thread = thread;
    this.#guard(thread, new HeartbeatReader(heartbeat));
    return await thread.ready;
  }

  #guard(thread: EngineThread, heartbeat: HeartbeatReader): void {
    const watchdog = new Watchdog(heartbeat);
    clearInterval(this.#watch);
    this.#watch = setInterval(() => {
      const verdict = watchdog.tick();
      if (verdict === "alive") return;
      clearInterval(this.#watch);
      this.#culprit = verdict.culprit;
      void thread.terminate();
    }, TICK_MS);
  }

  #restart(error: Error | null): void {
    const culprit = this.#culprit;
    this.#culprit = null;
    if (culprit !== null) {
      this.#blames = [...this.#blames, blameFor(culprit, this.#options.now())];
      this.#restartDelayMs = FIRST_RESTART_DELAY_MS; // the cause is known and will not recur
    }
    const reason =
      error?.message ?? (culprit === null ? "the thread ended" : `${culprit.path} did not return`);
    this.#options.onEvent({ type: "restarted", reason, culprit });
    this.#restartTimer = setTimeout(() => {
      // A failed start ends the thread, which brings us here again; the reason is told then.
      this.#startThread().catch((cause: unknown) => {
        const message = cause instanceof Error ? cause.message : String(cause);
        this.#options.onEvent({ type: "engineError", message: `Restart failed: ${message}` });
      });
    }, this.#restartDelayMs);
    this.#restartDelayMs = Math.min(this.#restartDelayMs * 2, MAX_RESTART_DELAY_MS);
  }
}
