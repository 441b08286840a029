/**
 * One board's way to and from the store: reads it page by page, writes rows and snapshots in chunks
 * that fit. Knows neither Yjs nor when to write (boardSaver.ts does).
 */
import { appErrorDataOf } from "../../convex/contract/errors.ts";
import { MAX_BOARD_UPDATE_BYTES } from "../../convex/contract/limits.ts";
import type { BoardStore } from "./boardStore.ts";

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
  #lastSeq = 0;
  #generation = 0;

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
      this.#lastSeq = page.lastSeq;
      cursor = page.cursor;
    } while (cursor !== null);
    this.#generation = generation;
    const rowBytes = rows.reduce((sum, row) => sum + row.byteLength, 0);
    const snapshot = chunks.length === 0 ? [] : [Buffer.concat(chunks)];
    return { updates: [...snapshot, ...rows], rows: rows.length, rowBytes };
  }

  async append(update: Uint8Array): Promise<void> {
    this.#lastSeq = await this.#store.append(this.#sessionId, [update]);
  }

  /** Writes a snapshot that holds every row appended so far. Repeating it after a failure is safe. */
  async compact(snapshot: Uint8Array): Promise<void> {
    const throughSeq = this.#lastSeq;
    const generation = this.#generation + 1;
    const total = Math.max(1, Math.ceil(snapshot.byteLength / MAX_BOARD_UPDATE_BYTES));
    for (let index = 0; index < total; index++) {
      const start = index * MAX_BOARD_UPDATE_BYTES;
      const bytes = snapshot.slice(start, start + MAX_BOARD_UPDATE_BYTES);
      await this.#store.compact(this.#sessionId, { throughSeq, generation, index, total, bytes });
    }
    this.#generation = generation;
  }
}
