/**
 * Decides when one call has taken too much memory. V8 says cheaply what a thread holds, dead or alive, and
 * says for the price of a collection what is alive; so the first is asked often and the second only once
 * the first is suspicious. Only compares: who asks, and what happens to the call, is the guard's business.
 */
import type { HeartbeatReader } from "./heartbeat.ts";

const MIB = 2 ** 20;
/**
 * What a call may add to what is alive. Convex allows the function 64 MB; in the same heap there is here what
 * the engine keeps for the call, what it read and is going to write above all, which was seen to be 33 MB
 * for the largest that the limits of a transaction allow.
 */
export const MAX_LIVE_GROWTH_BYTES = 96 * MIB;
/** After a collection that found nothing amiss: how much more there must be before the next one. */
const BETWEEN_COLLECTIONS_BYTES = 32 * MIB;
/** For a thread that cannot be told to collect: far enough above what is alive to be wrong about nobody. */
export const MAX_GROWTH_BYTES = 512 * MIB;

type Heartbeat = Pick<HeartbeatReader, "beats" | "entries" | "bytesAtEntry">;

export class MemoryWatch {
  readonly #heartbeat: Heartbeat;
  #beats = -1;
  #entries = -1;
  /** At least what was alive when the call began. */
  #baseBytes = 0;
  #collectedBytes = 0;

  constructor(heartbeat: Heartbeat) {
    this.#heartbeat = heartbeat;
  }

  /** Whether the call that was looked at last still has the thread and nothing came between. */
  get isSameCall(): boolean {
    return this.#heartbeat.beats === this.#beats && this.#heartbeat.entries === this.#entries;
  }

  /** Judges what the thread holds, dead or alive. @returns how much more that is than when the call began */
  held(bytes: number): { growthBytes: number; isSuspicious: boolean } {
    if (!this.isSameCall) {
      const { beats, entries, bytesAtEntry } = this.#heartbeat;
      this.#beats = beats;
      this.#entries = entries;
      this.#baseBytes = bytesAtEntry;
      this.#collectedBytes = -Infinity;
    }
    const growthBytes = bytes - this.#baseBytes;
    const isSuspicious =
      growthBytes > MAX_LIVE_GROWTH_BYTES &&
      bytes - this.#collectedBytes > BETWEEN_COLLECTIONS_BYTES;
    return { growthBytes, isSuspicious };
  }

  /** Judges what is alive. @returns whether it is too much for the call that `held` was asked about */
  alive(bytes: number): boolean {
    // What the call found was alive or dead then; what is alive now and less than that, was.
    this.#baseBytes = Math.min(this.#baseBytes, bytes);
    this.#collectedBytes = bytes;
    return this.isSameCall && bytes - this.#baseBytes > MAX_LIVE_GROWTH_BYTES;
  }
}
