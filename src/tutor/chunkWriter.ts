/**
 * Brings a turn's events to the store in batches, in order, at most BATCH_MS after they happened, one
 * write at a time (rule TU7). Knows when; what an event means and how turns end is the runner's. A
 * batch that fails is tried again together with what came meanwhile; a turn that is no longer this
 * companion's is not.
 */
import { appErrorDataOf, type ErrorCode } from "../../convex/contract/errors.ts";
import {
  packChunk,
  type SequencedEvent,
  type TurnChunk,
} from "../../convex/contract/tutorEvents.ts";
import { backoffMs } from "../util/backoff.ts";
import type { Clock } from "../util/clock.ts";

export const BATCH_MS = 120;
const RETRY = { baseMs: 200, maxMs: 3_000 };
const FINAL_CODES: readonly ErrorCode[] = [
  "INTERRUPTED",
  "CONFLICT",
  "NOT_FOUND",
  "SESSION_ENDED",
  "LIMIT_EXCEEDED",
];

/** Whether trying again cannot help. */
export function isFinalStoreError(error: unknown): boolean {
  const code = appErrorDataOf(error)?.code;
  return code !== undefined && FINAL_CODES.includes(code);
}

export interface ChunkWriterDeps {
  write: (chunk: TurnChunk) => Promise<void>;
  clock: Clock;
  random: () => number;
  /** The store will not take this turn any more. */
  onLost: (error: unknown) => void;
  onError: (error: unknown) => void;
}

export class ChunkWriter {
  readonly #deps: ChunkWriterDeps;
  #waiting: SequencedEvent[] = [];
  #savedLength = 0; // of the answer, in UTF-16 units
  #failures = 0;
  #inFlight: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;
  #isClosed = false;

  constructor(deps: ChunkWriterDeps) {
    this.#deps = deps;
  }

  add(event: SequencedEvent): void {
    this.#waiting.push(event);
    this.#schedule(BATCH_MS);
  }

  #schedule(delayMs: number): void {
    if (this.#isClosed || this.#cancelTimer !== undefined || this.#inFlight !== undefined) return;
    this.#cancelTimer = this.#deps.clock.after(delayMs, () => {
      this.#cancelTimer = undefined;
      this.#inFlight = this.#write().finally(() => {
        this.#inFlight = undefined;
        if (this.#waiting.length === 0) return;
        const pause = { ...RETRY, random: this.#deps.random };
        this.#schedule(this.#failures === 0 ? BATCH_MS : backoffMs(this.#failures, pause));
      });
    });
  }

  async #write(): Promise<void> {
    const count = this.#waiting.length;
    const chunk = packChunk(this.#waiting, this.#savedLength);
    try {
      await this.#deps.write(chunk);
      this.#waiting.splice(0, count);
      this.#savedLength = chunk.end;
      this.#failures = 0;
    } catch (error) {
      this.#failures++;
      if (!isFinalStoreError(error)) {
        this.#deps.onError(error);
        return;
      }
      this.#isClosed = true;
      this.#deps.onLost(error);
    }
  }

  /** Stops writing and hands over what is not saved yet, with `last`, as the turn's last chunk. */
  async close(last: SequencedEvent): Promise<TurnChunk> {
    this.#isClosed = true;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    await this.#inFlight;
    return packChunk([...this.#waiting, last], this.#savedLength);
  }
}
