/**
 * Notices that the engine's thread is stuck in a function that does not return. Only counts and decides;
 * what happens to the thread is the guard's business.
 */
import type { CallNote, HeartbeatReader } from "./heartbeat.ts";

export const TICK_MS = 100;
/** A query or mutation may use 1 s; one call that holds the thread three times as long never ends. */
const MAX_TICKS_IN_ONE_CALL = 30;
/** The engine's own work, and many calls in a row, may take long without a beat, but not for ever. */
const MAX_TICKS_WITHOUT_BEAT = 600;

/** `culprit`: who holds the thread; null when it is the engine itself. */
export type Verdict = "alive" | { culprit: CallNote | null };

type Heartbeat = Pick<HeartbeatReader, "beats" | "entries" | "running">;

export class Watchdog {
  readonly #heartbeat: Heartbeat;
  #beats = -1;
  #entries = -1;
  #ticksSinceBeat = 0;
  #ticksSinceEntry = 0;

  constructor(heartbeat: Heartbeat) {
    this.#heartbeat = heartbeat;
  }

  /**
   * To be called every TICK_MS. Ticks are counted rather than time, so that a machine that was asleep
   * or starved, and us with it, accuses nobody.
   */
  tick(): Verdict {
    const { beats, entries } = this.#heartbeat;
    this.#ticksSinceBeat = beats === this.#beats ? this.#ticksSinceBeat + 1 : 0;
    this.#ticksSinceEntry = entries === this.#entries ? this.#ticksSinceEntry + 1 : 0;
    this.#beats = beats;
    this.#entries = entries;
    const culprit = this.#heartbeat.running();
    const ticksInOneCall = Math.min(this.#ticksSinceBeat, this.#ticksSinceEntry);
    const isStuck =
      (culprit !== null && ticksInOneCall >= MAX_TICKS_IN_ONE_CALL) ||
      this.#ticksSinceBeat >= MAX_TICKS_WITHOUT_BEAT;
    return isStuck ? { culprit } : "alive";
  }
}
