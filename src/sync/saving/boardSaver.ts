/**
 * Decides WHEN one board is written, and tries again until it is. Knows neither Yjs nor Convex:
 * making a row of changes, appending it and writing a snapshot are handed in.
 *
 * SV1 At most one write is in flight.
 * SV2 While none is in flight and none has just failed, a change waits at most SAVE_DELAY_MS.
 * SV3 A failed append loses nothing: its changes are tried again, in order, after a growing pause.
 * SV4 After COMPACT_ROWS rows or COMPACT_BYTES bytes a snapshot replaces them; if that fails, rows go on.
 * SV5 A final error (the board may no longer be written) ends saving and is told once.
 * SV6 Once `close` has settled no timer is left, and nothing is unsaved unless it threw.
 * SV7 Where several companions have the board, one writes and the others wait until it has, or until a
 *     change has waited PATIENCE_MS in which they were refused all the time.
 */
import { appErrorDataOf, type ErrorCode } from "../../../convex/contract/errors.ts";
import { backoffMs } from "../../util/backoff.ts";
import type { Clock } from "../../util/clock.ts";
import { covers, type RelayVector } from "../peers/relayVector.ts";

export const SAVE_DELAY_MS = 750;
export const COMPACT_ROWS = 200;
export const COMPACT_BYTES = 256 * 1024;
/** One row; well below the 900 KiB that a row may have. */
const MAX_ROW_BYTES = 512 * 1024;
/** While others save, whether they have: they write every SAVE_DELAY_MS. */
const HELD_RETRY_MS = 300;
/** Longer than any lease lasts: whoever should have saved by then cannot, or has not heard. */
export const PATIENCE_MS = 15_000;
const RETRY = { baseMs: 500, maxMs: 15_000 };
const FINAL_CODES: readonly ErrorCode[] = ["NOT_FOUND", "SESSION_ENDED"];

interface Unsaved<Change> {
  change: Change;
  since: number; // ms since epoch
  /** What others call it; undefined = they do not know of it. */
  told: RelayVector | undefined;
}

export interface BoardSaverDeps<Change> {
  /** Whether this companion is the one to write now. */
  mayWrite: () => Promise<boolean>;
  /** Appends one row. */
  append: (update: Uint8Array) => Promise<void>;
  /** Replaces all rows so far by a snapshot of the whole document, unsaved changes included. */
  compact: () => Promise<void>;
  /** These are in the store now. */
  onStored: (told: (RelayVector | undefined)[]) => void;
  /** Makes two changes one: adds the later one to the first. */
  join: (change: Change, next: Change) => void;
  /** Makes one row of changes: all that are not saved, in order. */
  encode: (changes: Change[]) => Uint8Array;
  clock: Clock;
  random: () => number;
  onError: (error: unknown) => void;
  /** The board may no longer be written (SV5). */
  onFinalError: (code: ErrorCode) => void;
}

export class BoardSaver<Change> {
  readonly #deps: BoardSaverDeps<Change>;
  #unsaved: Unsaved<Change>[] = [];
  /** The last of them, while it takes in what comes next: until it is written, if nobody else knows of it. */
  #open: Unsaved<Change> | undefined;
  #rows = 0; // since the last snapshot
  #rowBytes = 0;
  #failures = 0; // in a row
  #isHeld = false; // somebody else writes
  #refusals = 0; // in a row, of the right to write
  #isHurried = false; // what is not in flight must not wait
  #isClosing = false;
  #compactAfterRows = COMPACT_ROWS;
  #inFlight: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;
  #isEnded = false;

  constructor(deps: BoardSaverDeps<Change>) {
    this.#deps = deps;
  }

  /** Tells what the store held when the board was loaded. */
  startFrom(rows: number, bytes: number): void {
    this.#rows = rows;
    this.#rowBytes = bytes;
  }

  /** `told`: what others call the change. */
  add(change: Change, told?: RelayVector): void {
    if (this.#isEnded) return;
    if (told === undefined && this.#open !== undefined) {
      this.#deps.join(this.#open.change, change);
      return;
    }
    const one = { change, since: this.#deps.clock.now(), told };
    this.#open = told === undefined ? one : undefined;
    this.#unsaved.push(one);
    this.#schedule(SAVE_DELAY_MS);
  }

  /** Others have saved what `saved` stands for. */
  confirm(saved: RelayVector): void {
    this.#unsaved = this.#unsaved.filter(({ told }) => told === undefined || !covers(saved, told));
    if (this.#unsaved.length === 0) this.#cancel();
  }

  /** Saves what is there at once; for changes that no client could bring back. */
  hurry(): void {
    if (this.#unsaved.length === 0 || this.#failures > 0 || this.#isEnded) return;
    this.#isHurried = this.#inFlight !== undefined; // which may have begun without them
    void this.#write();
  }

  /** Ms since epoch of the oldest change that is not saved; undefined = all saved. */
  get unsavedSince(): number | undefined {
    return this.#unsaved[0]?.since;
  }

  get isIdle(): boolean {
    return this.#unsaved.length === 0 && this.#inFlight === undefined;
  }

  /**
   * Saves what is there, whoever else does, and stops; tries once more if a write fails.
   * @throws when that fails too.
   */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (let attempt = 0; attempt < 2 && !(this.isIdle || this.#isEnded); attempt++) {
      await this.#inFlight;
      if (this.#unsaved.length > 0) await this.#write();
    }
    await this.#inFlight;
    const isLost = this.#unsaved.length > 0 && !this.#isEnded;
    this.#end();
    if (isLost) throw new Error("board closed with unsaved changes");
  }

  /** Saves nothing any more but what is in flight: what there is to save can no longer be read. */
  abandon(): void {
    this.#unsaved = [];
    this.#end();
  }

  #end(): void {
    this.#isEnded = true;
    this.#cancel();
  }

  #cancel(): void {
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
    this.#cancel();
    this.#inFlight ??= this.#writeOnce().finally(() => {
      this.#inFlight = undefined;
      if (this.#unsaved.length === 0) return;
      this.#schedule(this.#pauseMs());
    });
    return this.#inFlight;
  }

  #pauseMs(): number {
    if (this.#isHeld) return HELD_RETRY_MS;
    if (this.#failures > 0)
      return backoffMs(this.#failures, { ...RETRY, random: this.#deps.random });
    if (this.#isHurried) return 0;
    // Not at once: a board that is drawn on all the time would be written all the time.
    return Math.max(0, (this.unsavedSince ?? 0) + SAVE_DELAY_MS - this.#deps.clock.now());
  }

  /** Refusals are counted, since for a process that hung no time has passed in which others could have saved. */
  async #isOthers(): Promise<boolean> {
    if (this.#isClosing || (await this.#deps.mayWrite())) {
      this.#refusals = 0;
      return false;
    }
    this.#refusals++;
    const waitedMs = this.#deps.clock.now() - (this.unsavedSince ?? Infinity);
    return waitedMs < PATIENCE_MS || this.#refusals * HELD_RETRY_MS < PATIENCE_MS;
  }

  async #writeOnce(): Promise<void> {
    this.#isHeld = await this.#isOthers();
    this.#isHurried = false;
    this.#open = undefined;
    const batch = [...this.#unsaved]; // stays in place until the store has it (SV3)
    if (this.#isHeld || batch.length === 0) return;
    try {
      const row = this.#deps.encode(batch.map(({ change }) => change));
      if (row.byteLength <= MAX_ROW_BYTES) {
        await this.#deps.append(row);
        this.#rows++;
        this.#rowBytes += row.byteLength;
      } else {
        await this.#compactNow(); // too large for a row: the snapshot, in chunks, holds it
      }
      const stored = new Set(batch);
      this.#unsaved = this.#unsaved.filter((one) => !stored.has(one)); // some may be confirmed already
      this.#failures = 0;
      this.#deps.onStored(batch.map(({ told }) => told));
    } catch (error) {
      this.#noteFailure(error);
      return;
    }
    if (this.#isEnded) return; // meanwhile
    if (this.#rows >= this.#compactAfterRows || this.#rowBytes >= COMPACT_BYTES) {
      await this.#tryToCompact();
    }
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
    const code = appErrorDataOf(error)?.code;
    this.#isHeld = code === "CONFLICT"; // another companion has taken over: its turn, or ours anew
    if (this.#isHeld) return;
    this.#failures++;
    this.#deps.onError(error);
    if (code === undefined || !FINAL_CODES.includes(code)) return;
    this.#unsaved = [];
    this.#end();
    this.#deps.onFinalError(code);
  }
}
