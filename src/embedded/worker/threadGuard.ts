/**
 * Watches over one engine thread from outside: has a function that runs too long or takes too much memory cut
 * off, and gives the whole thread up where that does not help. The rules of when are the watchdog's,
 * the stretch's and the memory watch's; this file only asks them, and acts.
 */
import type { Excess } from "../functions/isolate/excess.ts";
import type { StretchWatch } from "../functions/isolate/stretchGuard.ts";
import type { EngineThread } from "./engineThread.ts";
import type { CallNote, HeartbeatReader } from "./heartbeat.ts";
import { MAX_GROWTH_BYTES, MemoryWatch } from "./memoryWatch.ts";
import { TICK_MS, Watchdog } from "./watchdog.ts";

/** How soon memory is looked at again while one call has the thread: it can take a megabyte each millisecond. */
const LOOK_AGAIN_MS = 10;

export type GuardedThread = Pick<EngineThread, "cpuMs" | "memoryBytes" | "liveBytes" | "cutOff">;

export type ThreadGuardDeps = {
  thread: GuardedThread;
  heartbeat: HeartbeatReader;
  stretch: StretchWatch;
  /** Called once: the thread has to be ended. @param culprit who holds it; null when it is the engine itself */
  onHopeless: (culprit: CallNote | null, excess: Excess) => void;
};

export class ThreadGuard {
  readonly #deps: ThreadGuardDeps;
  readonly #watchdog: Watchdog;
  readonly #memory: MemoryWatch;
  readonly #timer: NodeJS.Timeout;
  #isLooking = false;
  #isAsking = false;
  #cpuMs = 0;
  #isOver = false;

  constructor(deps: ThreadGuardDeps) {
    this.#deps = deps;
    this.#watchdog = new Watchdog(deps.heartbeat);
    this.#memory = new MemoryWatch(deps.heartbeat);
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  stop(): void {
    this.#isOver = true;
    clearInterval(this.#timer);
  }

  #tick(): void {
    const { stretch } = this.#deps;
    if (stretch.isLong(TICK_MS, this.#cpuMs) && stretch.strike()) this.#cutOff("time");
    const verdict = this.#watchdog.tick(this.#cpuMs);
    void this.#askForCpu();
    if (verdict !== "alive") this.#giveUp(verdict.culprit, "time");
    else if (!this.#isLooking) void this.#lookAtMemory();
  }

  /** A thread answers whatever JavaScript it runs, as soon as it gets the processor; blocked, it does not. */
  async #askForCpu(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      this.#cpuMs = await this.#deps.thread.cpuMs();
    } catch {
      // The thread has ended, which its own event tells.
    } finally {
      this.#isAsking = false;
    }
  }

  /** Goes on for as long as one call has the thread. */
  async #lookAtMemory(): Promise<void> {
    this.#isLooking = true;
    try {
      do {
        await this.#measure();
        if (this.#isRunning()) await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      } while (this.#isRunning() && this.#memory.isSameCall);
    } catch {
      // The thread has ended, which its own event tells.
    } finally {
      this.#isLooking = false;
    }
  }

  /** Once a function is struck nothing is asked of the thread: that would be ended instead of the function. */
  #isRunning(): boolean {
    const { heartbeat, stretch } = this.#deps;
    return !this.#isOver && heartbeat.running() !== null && !stretch.isStriking;
  }

  async #measure(): Promise<void> {
    const { thread, heartbeat, stretch } = this.#deps;
    const bytes = await thread.memoryBytes();
    if (!this.#isRunning()) return;
    const { growthBytes, isSuspicious } = this.#memory.held(bytes);
    if (!isSuspicious) return;
    const live = await thread.liveBytes().catch(() => null);
    const isTooMuch = live === null ? growthBytes > MAX_GROWTH_BYTES : this.#memory.alive(live);
    if (!isTooMuch || !this.#isRunning()) return;
    if (stretch.strike()) this.#cutOff("memory");
    // While the engine works for the function it cannot be struck; it is looked at again.
    else if (growthBytes > MAX_GROWTH_BYTES) this.#giveUp(heartbeat.running(), "memory");
  }

  #cutOff(excess: Excess): void {
    this.#deps.thread.cutOff(excess).catch(() => {
      // The thread has ended, which its own event tells.
    });
  }

  #giveUp(culprit: CallNote | null, excess: Excess): void {
    if (this.#isOver) return;
    this.stop();
    this.#deps.onHopeless(culprit, excess);
  }
}
