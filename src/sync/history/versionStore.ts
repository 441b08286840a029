/**
 * Where a board's versions are kept. Implemented by the backend over whiteboard/versionStore. A store
 * never looks into the bytes, and shows a version to nobody before its last chunk is there. Errors
 * carry a code (contract/errors.ts).
 */
export type VersionCause =
  | { kind: "named"; label: string; userId: string }
  | { kind: "turn"; turnId: string }
  | { kind: "interval" }
  | { kind: "left" }
  | { kind: "restore" };

/** What one person, or the tutor (null), has to do with a version. */
export interface Contribution {
  userId: string | null;
  /** On the board that say they are by them. */
  objects: number;
  /** Added, changed or deleted since the version before, as this server saw it. */
  changed: number;
}

export interface VersionChunk {
  /** The same for all chunks of one version; makes repeating a call harmless. */
  versionKey: string;
  cause: VersionCause;
  /** Number of the newest update that had been stored when the version was taken. */
  boardSeq: number;
  objectCount: number;
  contributions: Contribution[];
  /** Stored pictures that its objects name; absent when they name too many to tell. */
  imageIds?: string[];
  index: number; // from 0
  total: number;
  bytes: Uint8Array; // at most MAX_BOARD_UPDATE_BYTES
}

export interface VersionStore {
  /** The version's id; null when the store does not want it, having a fresh one. */
  write(sessionId: string, chunk: VersionChunk): Promise<string | null>;
  /** @throws NOT_FOUND */
  read(sessionId: string, versionId: string, index: number): Promise<VersionPiece>;
  /** `boardSeq` of the newest version; null when there is none. */
  newestSeq(sessionId: string): Promise<number | null>;
}

export interface VersionPiece {
  bytes: Uint8Array;
  total: number;
}
