/**
 * What one top-level call has in progress, shared with the calls nested in it: the time its own code
 * took (the engine's work, the database above all, does not count), operations that will still
 * answer, and timers to be stopped when it ends.
 */
import type { Thrown } from "../context/host.ts";

/** To ask for the thread's CPU costs as much as a small function, and nothing here needs it exactly. */
const CPU_SAMPLE_MS = 5;
let cpuSample: { readonly at: number; readonly cpu: NodeJS.CpuUsage } | undefined;

/** What this thread has had of the processor, as of at most CPU_SAMPLE_MS ago. */
function recentCpu(now: number): NodeJS.CpuUsage {
  if (cpuSample === undefined || now - cpuSample.at > CPU_SAMPLE_MS) {
    cpuSample = { at: now, cpu: process.threadCpuUsage() };
  }
  return cpuSample.cpu;
}

export class RunState {
  #usedMs = 0;
  #runningSince: number | undefined;
  readonly #cpuAtStart = recentCpu(performance.now());
  #pendingOperations = 0;
  #onProgress: (() => void) | undefined;
  readonly #broken = Promise.withResolvers<Thrown>();
  #brokenBy: Thrown | undefined;
  /**
   * A call into the engine failed: if the function has not handled that, the loop tells before its next turn.
   */
  mayBreak = false;
  readonly timers = new Set<NodeJS.Timeout>();
  /** Where its code runs, which may look at what that code has thrown. */
  realm: { describeThrown: (thrown: unknown) => Thrown } | undefined;

  startClock(): void {
    this.#runningSince ??= performance.now();
  }

  /** Returns whether the clock was running: only the outermost of nested pauses may resume it. */
  pauseClock(): boolean {
    if (this.#runningSince === undefined) return false;
    this.#usedMs += performance.now() - this.#runningSince;
    this.#runningSince = undefined;
    return true;
  }

  /** True when user code took longer than `limitMs`, also of this thread's CPU: waiting on a busy machine is not its fault. */
  hasExceeded(limitMs: number): boolean {
    const running = this.#runningSince;
    const usedMs = this.#usedMs + (running === undefined ? 0 : performance.now() - running);
    return usedMs > limitMs && this.cpuMs > limitMs;
  }

  /** What this thread had of the processor since the call began. */
  get cpuMs(): number {
    const { user, system } = process.threadCpuUsage(this.#cpuAtStart);
    return (user + system) / 1_000;
  }

  get isWaiting(): boolean {
    return this.#pendingOperations > 0;
  }

  beginOperation(): void {
    this.#pendingOperations++;
  }

  endOperation(): void {
    this.#pendingOperations--;
    this.#onProgress?.();
  }

  /** Resolves when an operation ends. */
  progress(): Promise<void> {
    return new Promise((resolve) => (this.#onProgress = resolve));
  }

  /** Resolves when code that the function does not await has thrown; most often never. */
  get broken(): Promise<Thrown> {
    return this.#broken.promise;
  }

  /** What `broken` resolved with, once it has. */
  get brokenBy(): Thrown | undefined {
    return this.#brokenBy;
  }

  fail(thrown: Thrown): void {
    this.stopTimers();
    this.#brokenBy ??= thrown;
    this.#broken.resolve(thrown);
  }

  stopTimers(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }
}
