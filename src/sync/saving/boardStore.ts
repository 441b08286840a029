/**
 * Where boards are kept between the lives of a room: a log of Yjs updates and, now and then, a
 * snapshot in chunks that replaces the log up to a number. Implemented by the backend over
 * whiteboard/snapshots. A store never looks into the bytes; applying an update twice is harmless, so
 * every call may be repeated.
 *
 * Errors carry a code (contract/errors.ts). NOT_FOUND and SESSION_ENDED are final: the board can no
 * longer be written. Anything else is tried again.
 */
export interface BoardPage {
  /** Pieces of one encoded snapshot, to be joined in order over all pages; before any update. */
  chunks: Uint8Array[];
  /** Updates after the snapshot, oldest first. */
  updates: Uint8Array[];
  /** Which snapshot the chunks belong to (0 = none); if it changes between pages, start again. */
  generation: number;
  /** Number of the newest update that existed when this page was read. */
  lastSeq: number;
  /** Where the next page begins; null = this was the last. */
  cursor: string | null;
}

export interface SnapshotChunk {
  /** The snapshot holds every update up to and including this one; they go when it is whole. */
  throughSeq: number;
  /** One above the generation it replaces. */
  generation: number;
  index: number; // from 0
  total: number;
  bytes: Uint8Array; // at most MAX_BOARD_UPDATE_BYTES
}

/** The right to write a board, by which the store knows the saver of the moment from former ones. */
export type SavingToken = number;

export interface BoardStore {
  /**
   * `cursor` null = from the start. A session without a board has one empty page.
   * @throws CONFLICT when the snapshot was replaced between two pages.
   */
  load(sessionId: string, cursor: string | null): Promise<BoardPage>;
  /**
   * Appends updates, each at most MAX_BOARD_UPDATE_BYTES (none is allowed); returns the number of the
   * newest row. `token` null takes the board over: whoever saved it before is refused from then on.
   * @throws CONFLICT when the board has been taken over since the token was given.
   */
  append(
    sessionId: string,
    token: SavingToken | null,
    updates: Uint8Array[],
  ): Promise<{ lastSeq: number; token: SavingToken }>;
  /**
   * Writes one chunk; the last one (index total − 1) makes the snapshot count.
   * @throws CONFLICT like `append`, and when another snapshot was faster.
   */
  compact(sessionId: string, token: SavingToken, chunk: SnapshotChunk): Promise<void>;
}
