/**
 * Notices that the engine's thread is stuck. Only counts and decides; what happens to the thread is the guard's
 * business.
 *
 * RA7 A call is stuck by what the thread has had of the processor since the call got it, not by the clock on
 *     the wall: on a machine that is starved, one that is honest may hold the thread for long.
 * RA8 A thread that turns no loop and takes no processor is blocked in a call of the system. It has longer,
 *     since a disk may take long, and its end is no function's fault: functions can call no system.
 */
import type { CallNote, HeartbeatReader } from "./heartbeat.ts";

export const TICK_MS = 100;
/** A query or mutation may use 1 s; one call that holds the thread three times as long never ends, */
const MAX_TICKS_IN_ONE_CALL = 30;
/** unless it waited for the processor: it must have had twice what it may use. */
const MAX_CPU_MS_IN_ONE_CALL = 2_000;
/** The engine's own work, and many calls in a row, may take long without a beat, but not for ever. */
const MAX_TICKS_WITHOUT_BEAT = 600;
const MAX_CPU_MS_WITHOUT_BEAT = 40_000;
/** To be asked for its figures costs a thread that is blocked far less than this in MAX_TICKS_WITHOUT_BEAT. */
const PROGRESS_CPU_MS = 200;

/** `culprit`: who holds the thread; null when it is no function. */
export type Verdict = "alive" | { culprit: CallNote | null };

type Heartbeat = Pick<HeartbeatReader, "beats" | "entries" | "running">;

export class Watchdog {
  readonly #heartbeat: Heartbeat;
  readonly #sinceBeat = new Span();
  readonly #sinceEntry = new Span();
  readonly #sinceProgress = new Span();

  constructor(heartbeat: Heartbeat) {
    this.#heartbeat = heartbeat;
  }

  /**
   * To be called every TICK_MS. Ticks are counted rather than time, so that a machine that was asleep
   * or starved, and us with it, accuses nobody.
   * @param cpuMs what the thread has had of the processor, as it said last
   */
  tick(cpuMs: number): Verdict {
    const beat = this.#sinceBeat.tick(this.#heartbeat.beats, cpuMs);
    const entry = this.#sinceEntry.tick(this.#heartbeat.entries, cpuMs);
    const progress = this.#sinceProgress.tick(Math.floor(cpuMs / PROGRESS_CPU_MS), cpuMs);
    const culprit = this.#heartbeat.running();
    const isOneCallTooLong =
      Math.min(beat.ticks, entry.ticks) >= MAX_TICKS_IN_ONE_CALL &&
      Math.min(beat.cpuMs, entry.cpuMs) >= MAX_CPU_MS_IN_ONE_CALL;
    if (culprit !== null && isOneCallTooLong) return { culprit };
    if (beat.ticks < MAX_TICKS_WITHOUT_BEAT) return "alive";
    if (beat.cpuMs >= MAX_CPU_MS_WITHOUT_BEAT) return { culprit };
    return progress.ticks >= MAX_TICKS_WITHOUT_BEAT ? { culprit: null } : "alive";
  }
}

/** How long something has been the same: in ticks, and in what the thread has had of the processor. */
class Span {
  #mark = -1;
  #ticks = 0;
  #cpuMsAtStart = 0;

  tick(mark: number, cpuMs: number): { ticks: number; cpuMs: number } {
    if (mark !== this.#mark) {
      this.#mark = mark;
      this.#ticks = 0;
      this.#cpuMsAtStart = cpuMs;
    } else this.#ticks += 1;
    return { ticks: this.#ticks, cpuMs: cpuMs - this.#cpuMsAtStart };
  }
}
