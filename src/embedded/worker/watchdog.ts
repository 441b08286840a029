/**
 * Notices that the engine's thread is stuck in a function that does not return. Only counts and decides;
 * what happens to the thread is the supervisor's business.
 */
import type { CallNote, HeartbeatReader } from "./heartbeat.ts";

export const TICK_MS = 250;
/** A query or mutation may use 1 s; a function that holds the thread three times as long never ends. */
const MAX_SILENT_TICKS_IN_FUNCTION = 12;
/** The engine's own work (building an index, evaluating modules) may take long, but not for ever. */
const MAX_SILENT_TICKS_IN_ENGINE = 240;

export class Watchdog {
  readonly #heartbeat: Pick<HeartbeatReader, "beats" | "running">;
  #lastBeats = -1;
  #silentTicks = 0;

  constructor(heartbeat: Pick<HeartbeatReader, "beats" | "running">) {
    this.#heartbeat = heartbeat;
  }

  /**
   * To be called every TICK_MS. Ticks are counted rather than time, so that a machine that was asleep
   * or starved, and us with it, accuses nobody.
   * @returns "alive", or who holds the thread (null: the engine itself) once patience is at its end
   */
  tick(): "alive" | { culprit: CallNote | null } {
    const { beats } = this.#heartbeat;
    if (beats !== this.#lastBeats) {
      this.#lastBeats = beats;
      this.#silentTicks = 0;
      return "alive";
    }
    this.#silentTicks += 1;
    const culprit = this.#heartbeat.running();
    const patience = culprit === null ? MAX_SILENT_TICKS_IN_ENGINE : MAX_SILENT_TICKS_IN_FUNCTION;
    return this.#silentTicks < patience ? "alive" : { culprit };
  }
}
