/** A BoardStore in memory that keeps the rules of whiteboard/snapshots, and can be told to fail. */
import { appError } from "../../convex/contract/errors.ts";
import type { BoardStore, SavingToken, SnapshotChunk } from "../../src/sync/saving/boardStore.ts";

interface StoredBoard {
  rows: { seq: number; bytes: Uint8Array }[];
  lastSeq: number;
  token: SavingToken;
  generation: number;
  chunks: Map<number, Uint8Array[]>;
}

export interface MemoryBoardStore extends BoardStore {
  boards: Map<string, StoredBoard>;
  /** Thrown by the next calls of that name, until it is undefined again. */
  failure: { append?: Error | undefined; compact?: Error | undefined; load?: Error | undefined };
  calls: { append: number; compact: number; load: number };
  /** Writes refused because their token was a former saver's. */
  fenced: number;
  /** Awaited at the start of each write; for slow stores. */
  delay: () => Promise<void>;
}

const ROWS_PER_PAGE = 50;

export function createMemoryBoardStore(): MemoryBoardStore {
  const boards = new Map<string, StoredBoard>();
  function boardOf(sessionId: string): StoredBoard {
    const board = boards.get(sessionId) ?? {
      rows: [],
      lastSeq: 0,
      token: 0,
      generation: 0,
      chunks: new Map(),
    };
    boards.set(sessionId, board);
    return board;
  }
  async function enter(name: "append" | "compact" | "load"): Promise<void> {
    store.calls[name]++;
    await store.delay();
    if (store.failure[name] !== undefined) throw store.failure[name];
  }
  function requireToken(board: StoredBoard, token: SavingToken): void {
    if (token === board.token) return;
    store.fenced++;
    throw appError("CONFLICT");
  }
  function finishSnapshot(board: StoredBoard, chunk: SnapshotChunk): void {
    board.generation = chunk.generation;
    board.rows = board.rows.filter(({ seq }) => seq > chunk.throughSeq);
    for (const old of board.chunks.keys()) if (old < chunk.generation) board.chunks.delete(old);
  }
  const store: MemoryBoardStore = {
    boards,
    failure: {},
    calls: { append: 0, compact: 0, load: 0 },
    fenced: 0,
    delay: () => Promise.resolve(),
    async load(sessionId, cursor) {
      await enter("load");
      const board = boardOf(sessionId);
      const start = Number(cursor ?? 0);
      const updates = board.rows.slice(start, start + ROWS_PER_PAGE).map(({ bytes }) => bytes);
      const isLast = start + ROWS_PER_PAGE >= board.rows.length;
      return {
        chunks: cursor === null ? (board.chunks.get(board.generation) ?? []) : [],
        updates,
        generation: board.generation,
        lastSeq: board.lastSeq,
        cursor: isLast ? null : String(start + ROWS_PER_PAGE),
      };
    },
    async append(sessionId, token, updates) {
      await enter("append");
      const board = boardOf(sessionId);
      if (token === null) board.token++;
      else requireToken(board, token);
      for (const bytes of updates) board.rows.push({ seq: ++board.lastSeq, bytes });
      return { lastSeq: board.lastSeq, token: board.token };
    },
    async compact(sessionId, token, chunk) {
      await enter("compact");
      const board = boardOf(sessionId);
      requireToken(board, token);
      if (chunk.generation === board.generation) return;
      if (chunk.generation !== board.generation + 1) throw appError("CONFLICT");
      const chunks = board.chunks.get(chunk.generation) ?? [];
      chunks[chunk.index] = chunk.bytes;
      board.chunks.set(chunk.generation, chunks);
      if (chunk.index === chunk.total - 1) finishSnapshot(board, chunk);
    },
  };
  return store;
}
