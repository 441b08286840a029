/**
 * Notices that the engine's thread is stuck in a function that does not return, or that takes memory
 * without end. Only counts and decides; what happens to the thread is the supervisor's business.
 */
import type { Excess } from "../functions/excess.ts";
import type { CallNote, HeartbeatReader } from "./heartbeat.ts";

export const TICK_MS = 100;
/** A query or mutation may use 1 s; one call that holds the thread three times as long never ends. */
const MAX_TICKS_IN_ONE_CALL = 30;
/** The engine's own work, and many calls in a row, may take long without a beat, but not for ever. */
const MAX_TICKS_WITHOUT_BEAT = 600;
/**
 * How much more memory the thread may hold while one call has it. Convex allows a function 64 MB that are
 * alive; here what is dead and not yet collected counts too, which was seen to be 260 MB for 30 MB alive.
 */
const MAX_GROWTH_BYTES = 512 * 2 ** 20;

/** `culprit`: who holds the thread; null when it is the engine itself. */
export type Verdict = "alive" | { culprit: CallNote | null; excess: Excess };

type Heartbeat = Pick<HeartbeatReader, "beats" | "entries" | "running">;

export class Watchdog {
  readonly #heartbeat: Heartbeat;
  #beats = -1;
  #entries = -1;
  #ticksSinceBeat = 0;
  #ticksSinceEntry = 0;
  /** What the thread held before the call that has it now was first seen: by then it may have taken much. */
  #base = { beats: -1, entries: -1, bytes: 0 };
  #lastBytes = Infinity;

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
    return isStuck ? { culprit, excess: "time" } : "alive";
  }

  /** To be called with what the thread held a moment ago, about as often as `tick`. */
  measured(bytes: number): Verdict {
    const { beats, entries } = this.#heartbeat;
    const culprit = this.#heartbeat.running();
    const isSameCall = beats === this.#base.beats && entries === this.#base.entries;
    if (culprit === null || !isSameCall) {
      this.#base = { beats, entries, bytes: Math.min(bytes, this.#lastBytes) };
    }
    this.#lastBytes = bytes;
    if (culprit === null || !isSameCall) return "alive";
    const hasGrown = bytes - this.#base.bytes > MAX_GROWTH_BYTES;
    return hasGrown ? { culprit, excess: "memory" } : "alive";
  }
}
