/**
 * One board's way to and from the store: reads it page by page, writes rows and snapshots in chunks
 * that fit. Knows neither Yjs nor when to write (boardSaver.ts does).
 */
import { appErrorDataOf } from "../../../convex/contract/errors.ts";
import { MAX_BOARD_UPDATE_BYTES } from "../../../convex/contract/limits.ts";
import type { BoardStore, SavingToken } from "./boardStore.ts";
import type { StoredRow } from "../peers/relayFrames.ts";

/** A snapshot that is replaced while it is read is read again; more often than this is a fault. */
const MAX_READS = 5;

export interface LoadedBoard {
  /** The snapshot first, if there is one, then what came after it. */
  updates: Uint8Array[];
  rows: number;
  rowBytes: number;
}

export class BoardArchive {
  readonly #store: BoardStore;
  readonly #sessionId: string;
  /** Every row up to this one is in the room's document. */
  #heldSeq = 0;
  #generation = 0;
  /** Null = somebody else may be saving; the next row takes the board over. */
  #token: SavingToken | null = null;
  #hasMissed = false;

  constructor(store: BoardStore, sessionId: string) {
    this.#store = store;
    this.#sessionId = sessionId;
  }

  async load(): Promise<LoadedBoard> {
    for (let read = 0; read < MAX_READS; read++) {
      const board = await this.#readOnce().catch((error: unknown) => {
        if (appErrorDataOf(error)?.code !== "CONFLICT") throw error;
        return undefined; // the store noticed it first
      });
      if (board !== undefined) return board;
    }
    throw new Error("the board's snapshot kept changing while it was read");
  }

  /** Undefined when another snapshot replaced the one being read. */
  async #readOnce(): Promise<LoadedBoard | undefined> {
    const chunks: Uint8Array[] = [];
    const rows: Uint8Array[] = [];
    let cursor: string | null = null;
    let generation: number | undefined;
    do {
      const page = await this.#store.load(this.#sessionId, cursor);
      generation ??= page.generation;
      if (page.generation !== generation) return undefined;
      chunks.push(...page.chunks);
      rows.push(...page.updates);
      this.#heldSeq = page.lastSeq;
      cursor = page.cursor;
    } while (cursor !== null);
    this.#generation = generation;
    this.#hasMissed = false;
    const rowBytes = rows.reduce((sum, row) => sum + row.byteLength, 0);
    const snapshot = chunks.length === 0 ? [] : [Buffer.concat(chunks)];
    return { updates: [...snapshot, ...rows], rows: rows.length, rowBytes };
  }

  /**
   * Whether the store holds rows of other companions that were never read here: to be loaded before
   * anything is compacted.
   */
  get hasMissed(): boolean {
    return this.#hasMissed;
  }

  /** There may be rows that nobody has told of. */
  expectMissed(): void {
    this.#hasMissed = true;
  }

  /** Number of the newest row whose content is known here, with all before it. */
  get heldSeq(): number {
    return this.#heldSeq;
  }

  /** Row `through` has been written by another companion, and its content is known here. */
  noteRow({ after, through }: StoredRow): void {
    if (this.#heldSeq < after) this.#hasMissed = true;
    else this.#heldSeq = Math.max(this.#heldSeq, through);
  }

  /**
   * Appends one row and returns its number. Takes the board over when it is not ours already.
   * @throws CONFLICT when another companion has taken it over; the next call takes it back.
   */
  async append(update: Uint8Array): Promise<number> {
    return await this.#put([update]);
  }

  /** Makes sure that this companion is the one who saves. @throws like `append` */
  async takeOver(): Promise<void> {
    if (this.#token === null) await this.#put([]);
  }

  async #put(updates: Uint8Array[]): Promise<number> {
    const { lastSeq, token } = await this.#fenced(() =>
      this.#store.append(this.#sessionId, this.#token, updates),
    );
    this.#token = token;
    if (lastSeq === this.#heldSeq + updates.length) this.#heldSeq = lastSeq;
    else this.#hasMissed = true;
    return lastSeq;
  }

  async #fenced<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (appErrorDataOf(error)?.code === "CONFLICT") this.#token = null;
      throw error;
    }
  }

  /**
   * Writes a snapshot that holds every row so far: after `takeOver`, and with nothing missed. Repeating
   * it after a failure is safe. @throws CONFLICT like `append`
   */
  async compact(snapshot: Uint8Array): Promise<void> {
    const token = this.#token;
    if (token === null || this.#hasMissed) throw new Error("a snapshot would lack rows");
    const throughSeq = this.#heldSeq;
    const generation = this.#generation + 1;
    const total = Math.max(1, Math.ceil(snapshot.byteLength / MAX_BOARD_UPDATE_BYTES));
    for (let index = 0; index < total; index++) {
      const start = index * MAX_BOARD_UPDATE_BYTES;
      const bytes = snapshot.slice(start, start + MAX_BOARD_UPDATE_BYTES);
      const chunk = { throughSeq, generation, index, total, bytes };
      await this.#fenced(() => this.#store.compact(this.#sessionId, token, chunk));
    }
    this.#generation = generation;
  }
}
