/**
 * One board's way into the store: joins what is written (the document), when (boardSaver.ts) and how
 * (boardArchive.ts), and tells the other companions' rooms of it. Of several rooms one saves at a time:
 * the one that holds the lease, under a token by which the store refuses its predecessors (RD4, BS5).
 */
import { appErrorDataOf, type ErrorCode } from "../../../convex/contract/errors.ts";
import type { Clock } from "../../util/clock.ts";
import type { Logger } from "../../util/logger.ts";
import { BoardArchive } from "./boardArchive.ts";
import type { BoardPeers } from "../peers/boardPeers.ts";
import { joinChanges, type BoardChange } from "../document/boardChange.ts";
import { BoardSaver, type BoardSaverDeps } from "./boardSaver.ts";
import type { BoardStore } from "./boardStore.ts";
import type { StoredRow } from "../peers/relayFrames.ts";
import { merged, type RelayVector } from "../peers/relayVector.ts";

/** After a Redis that was away all boards are read again; not in the same instant. */
const REREAD_WITHIN_MS = 5_000;
/** Nobody waits longer for a store that may be away, too. */
const READ_PATIENCE_MS = 2_000;

export interface BoardKeepingDeps {
  sessionId: string;
  store: BoardStore;
  /** Undefined: no other companion has this board. */
  peers: Pick<BoardPeers, "lease" | "release" | "tellSaved"> | undefined;
  /** The board as one update, without what waits unjudged. */
  encode: () => Uint8Array;
  /** What came with these changes, all that are not saved. */
  encodeChanges: (changes: readonly BoardChange[]) => Uint8Array;
  /** Other companions have saved this without our hearing of it. */
  onMissed: (updates: readonly Uint8Array[]) => void;
  clock: Clock;
  random: () => number;
  logger: Logger;
  onSaved: () => void;
  onSaveFailed: () => void;
  /** The board may no longer be written. */
  onFinalError: (code: ErrorCode) => void;
}

/** To its saver it is what writes; a board that waits would hold six closures otherwise. */
export class BoardKeeping implements BoardSaverDeps<BoardChange> {
  readonly clock: Clock;
  readonly random: () => number;
  readonly #deps: BoardKeepingDeps;
  readonly #archive: BoardArchive;
  readonly #saver: BoardSaver<BoardChange>;
  /** The row written last, until others have been told. */
  #row: StoredRow | undefined;
  #sizeBytes = 0;
  #reading: Promise<void> | undefined;
  #cancelRereading: (() => void) | undefined;

  constructor(deps: BoardKeepingDeps) {
    const { store, sessionId, clock, random } = deps;
    this.#deps = deps;
    this.#archive = new BoardArchive(store, sessionId);
    this.clock = clock;
    this.random = random;
    this.#saver = new BoardSaver(this);
  }

  /** Reads the board, to be called once, first. Snapshot and rows, oldest first. */
  async load(): Promise<Uint8Array[]> {
    const { updates, rows, rowBytes } = await this.#archive.load();
    this.#sizeBytes = updates.reduce((sum, update) => sum + update.byteLength, 0);
    this.#saver.startFrom(rows, rowBytes);
    return updates;
  }

  /** What the board takes when encoded, to within what was written since the last snapshot. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** The board has grown by something that need not be saved. */
  grow(bytes: number): void {
    this.#sizeBytes += bytes;
  }

  /** Saves a change within the saver's delay. `told`: what other rooms call it. */
  add(change: BoardChange, told?: RelayVector): void {
    this.#saver.add(change, told);
  }

  /** Others have saved this, in that row if it is known to hold no more. */
  confirm(saved: RelayVector, row: StoredRow | undefined): void {
    this.#saver.confirm(saved);
    if (row !== undefined) this.#archive.noteRow(row);
    void this.#readMissedQuietly();
  }

  /** Reads the store again soon: it may hold what nobody tells of any more. */
  reread(): void {
    const { clock, random } = this.#deps;
    this.#cancelRereading ??= clock.after(random() * REREAD_WITHIN_MS, () => {
      this.#cancelRereading = undefined;
      this.#archive.expectMissed();
      void this.#readMissedQuietly();
    });
  }

  /** Whether the store may hold what nobody has told of, and it has not been read since. */
  get isBehind(): boolean {
    return this.#cancelRereading !== undefined || this.#archive.hasMissed;
  }

  /** Reads what others have saved, as far as that can be had in READ_PATIENCE_MS. Never rejects. */
  async readNow(): Promise<void> {
    this.#cancelRereading?.(); // it is done now, for all who come until then
    this.#cancelRereading = undefined;
    this.#archive.expectMissed();
    let cancel: (() => void) | undefined;
    const tooLate = new Promise<void>((resolve) => {
      cancel = this.#deps.clock.after(READ_PATIENCE_MS, resolve);
    });
    await Promise.race([this.#readMissedQuietly(), tooLate]);
    cancel?.();
  }

  async #readMissedQuietly(): Promise<void> {
    try {
      await this.#readMissed();
    } catch (err) {
      this.#deps.logger.warn(
        { err, sessionId: this.#deps.sessionId },
        "what other companions saved could not be read; will try again",
      );
    }
  }

  /** Number of the newest row in the store whose content is known here, with all before it. */
  get heldSeq(): number {
    return this.#archive.heldSeq;
  }

  /** Saves at once; for changes that no client could bring back. */
  hurry(): void {
    this.#saver.hurry();
  }

  /** Ms since epoch; undefined = all saved. */
  get unsavedSince(): number | undefined {
    return this.#saver.unsavedSince;
  }

  get isIdle(): boolean {
    return this.#saver.isIdle;
  }

  async mayWrite(): Promise<boolean> {
    return (await this.#deps.peers?.lease()) ?? true;
  }

  join(change: BoardChange, next: BoardChange): void {
    joinChanges(change, next);
  }

  encode(changes: readonly BoardChange[]): Uint8Array {
    return this.#deps.encodeChanges(changes);
  }

  async append(update: Uint8Array): Promise<void> {
    const through = await this.#archive.append(update);
    this.#row = { after: through - 1, through };
    await this.#readMissed();
    this.#deps.onSaved();
  }

  async compact(): Promise<void> {
    await this.#archive.takeOver();
    await this.#readMissed();
    const snapshot = this.#deps.encode();
    this.#sizeBytes = snapshot.byteLength;
    await this.#archive.compact(snapshot);
  }

  /** Rows of companions that could not tell us: a snapshot without them would delete them. */
  async #readMissed(): Promise<void> {
    if (!this.#archive.hasMissed) return;
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    await this.#reading;
  }

  async #read(): Promise<void> {
    const { updates } = await this.#archive.load();
    this.#deps.onMissed(updates);
  }

  onStored(told: readonly (RelayVector | undefined)[]): void {
    const row = told.includes(undefined) ? undefined : this.#row;
    this.#row = undefined;
    const known = told.filter((one) => one !== undefined);
    this.#deps.peers?.tellSaved(known.reduce(merged, new Map()), row);
  }

  onError(err: unknown): void {
    if (appErrorDataOf(err)?.code === "CONFLICT") return; // compacted by others: the rows are still there
    const { logger, sessionId } = this.#deps;
    logger.warn({ err, sessionId }, "a board could not be saved; will try again");
    this.#deps.peers?.release(); // others may reach the store
    this.#deps.onSaveFailed();
  }

  /** Lets go of all timers, and saves nothing any more. */
  abandon(): void {
    this.#cancelRereading?.();
    this.#saver.abandon();
  }

  onFinalError(code: ErrorCode): void {
    this.#deps.onFinalError(code);
  }

  /** Saves everything and lets go of all timers. @throws when something could not be saved. */
  async close(): Promise<void> {
    this.#cancelRereading?.();
    await this.#saver.close();
  }
}
