/**
 * Decides WHEN one board is written, and tries again until it is. Knows neither Yjs nor Convex:
 * appending, writing a snapshot and merging updates are handed in.
 *
 * SV1 At most one write is in flight.
 * SV2 While none is in flight and none has just failed, a change waits at most SAVE_DELAY_MS.
 * SV3 A failed append loses nothing: its updates are tried again, in order, after a growing pause.
 * SV4 After COMPACT_ROWS rows or COMPACT_BYTES bytes a snapshot replaces them; if that fails, rows go on.
 * SV5 A final error (the board may no longer be written) ends saving and is told once.
 * SV6 Once `close` has settled no timer is left, and nothing is unsaved unless it threw.
 */
import { appErrorDataOf, type ErrorCode } from "../../convex/contract/errors.ts";
import { backoffMs } from "../util/backoff.ts";
import type { Clock } from "../util/clock.ts";

export const SAVE_DELAY_MS = 500;
export const COMPACT_ROWS = 200;
export const COMPACT_BYTES = 256 * 1024;
/** One row: well below the 900 KiB that a row may have, so that merging never exceeds it. */
const MAX_ROW_BYTES = 512 * 1024;
const RETRY = { baseMs: 500, maxMs: 15_000 };
const FINAL_CODES: readonly ErrorCode[] = ["NOT_FOUND", "SESSION_ENDED"];

export interface BoardSaverDeps {
  /** Appends one row. */
  append: (update: Uint8Array) => Promise<void>;
  /** Replaces all rows so far by a snapshot of the whole document, unsaved changes included. */
  compact: () => Promise<void>;
  /** Makes one update of several. */
  merge: (updates: Uint8Array[]) => Uint8Array;
  clock: Clock;
  random: () => number;
  onError: (error: unknown) => void;
  /** The board may no longer be written (SV5). */
  onFinalError: (code: ErrorCode) => void;
}

export class BoardSaver {
  readonly #deps: BoardSaverDeps;
  #unsaved: { update: Uint8Array; since: number }[] = [];
  #rows = 0; // since the last snapshot
  #rowBytes = 0;
  #failures = 0; // in a row
  #compactAfterRows = COMPACT_ROWS;
  #inFlight: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;
  #isEnded = false;

  constructor(deps: BoardSaverDeps) {
    this.#deps = deps;
  }

  /** Tells what the store held when the board was loaded. */
  startFrom(rows: number, bytes: number): void {
    this.#rows = rows;
    this.#rowBytes = bytes;
  }

  add(update: Uint8Array): void {
    if (this.#isEnded) return;
    this.#unsaved.push({ update, since: this.#deps.clock.now() });
    this.#schedule(SAVE_DELAY_MS);
  }

  /** Saves what is there at once; for changes that no client could bring back. */
  hurry(): void {
    if (this.#unsaved.length > 0 && this.#failures === 0 && !this.#isEnded) void this.#write();
  }

  /** Ms since epoch of the oldest change that is not saved; undefined = all saved. */
  get unsavedSince(): number | undefined {
    return this.#unsaved[0]?.since;
  }

  get isIdle(): boolean {
    return this.#unsaved.length === 0 && this.#inFlight === undefined;
  }

  /** Saves what is there and stops; tries once more if a write fails. @throws when that fails too. */
  async close(): Promise<void> {
    for (let attempt = 0; attempt < 2 && !(this.isIdle || this.#isEnded); attempt++) {
      await this.#inFlight;
      if (this.#unsaved.length > 0) await this.#write();
    }
    await this.#inFlight;
    const isLost = this.#unsaved.length > 0 && !this.#isEnded;
    this.#end();
    if (isLost) throw new Error("board closed with unsaved changes");
  }

  #end(): void {
    this.#isEnded = true;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #schedule(delayMs: number): void {
    if (this.#isEnded || this.#cancelTimer !== undefined || this.#inFlight !== undefined) return;
    this.#cancelTimer = this.#deps.clock.after(delayMs, () => {
      this.#cancelTimer = undefined;
      void this.#write();
    });
  }

  /** Never rejects. */
  #write(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#inFlight ??= this.#writeOnce().finally(() => {
      this.#inFlight = undefined;
      if (this.#unsaved.length === 0) return;
      const pause = { ...RETRY, random: this.#deps.random };
      this.#schedule(this.#failures === 0 ? 0 : backoffMs(this.#failures, pause));
    });
    return this.#inFlight;
  }

  async #writeOnce(): Promise<void> {
    const count = this.#nextRow();
    const batch = this.#unsaved.slice(0, count); // stays in place until the store has it (SV3)
    const updates = batch.map(({ update }) => update);
    try {
      const row = updates.length === 1 ? updates[0] : this.#deps.merge(updates);
      if (row !== undefined && row.byteLength <= MAX_ROW_BYTES) {
        await this.#deps.append(row);
        this.#rows++;
        this.#rowBytes += row.byteLength;
      } else {
        await this.#compactNow(); // too large for a row: the snapshot, in chunks, holds it
      }
      this.#unsaved.splice(0, count);
      this.#failures = 0;
    } catch (error) {
      this.#noteFailure(error);
      return;
    }
    if (this.#rows >= this.#compactAfterRows || this.#rowBytes >= COMPACT_BYTES) {
      await this.#tryToCompact();
    }
  }

  /** How many of the unsaved updates go into the next row. */
  #nextRow(): number {
    let bytes = 0;
    const tooMany = this.#unsaved.findIndex(({ update }, i) => {
      bytes += update.byteLength;
      return i > 0 && bytes > MAX_ROW_BYTES;
    });
    return tooMany === -1 ? this.#unsaved.length : tooMany;
  }

  async #compactNow(): Promise<void> {
    await this.#deps.compact();
    this.#rows = 0;
    this.#rowBytes = 0;
    this.#compactAfterRows = COMPACT_ROWS;
  }

  async #tryToCompact(): Promise<void> {
    try {
      await this.#compactNow();
    } catch (error) {
      // Nothing is lost, the rows are still there; do not try again at every row.
      this.#compactAfterRows = this.#rows + COMPACT_ROWS;
      this.#rowBytes = 0;
      this.#deps.onError(error);
    }
  }

  #noteFailure(error: unknown): void {
    this.#failures++;
    this.#deps.onError(error);
    const code = appErrorDataOf(error)?.code;
    if (code === undefined || !FINAL_CODES.includes(code)) return;
    this.#unsaved = [];
    this.#end();
    this.#deps.onFinalError(code);
  }
}
