/** A VersionStore in memory that keeps the rules of whiteboard/versionStore, and can be told to fail. */
import { gunzipSync } from "node:zlib";
import * as Y from "yjs";
import type { CanvasObject } from "../../convex/contract/boardOps.ts";
import { appError } from "../../convex/contract/errors.ts";
import type { VersionChunk, VersionStore } from "../../src/sync/history/versionStore.ts";

export interface StoredVersion {
  versionId: string;
  sessionId: string;
  about: Omit<VersionChunk, "index" | "total" | "bytes">;
  total: number;
  pieces: Uint8Array[];
}

export interface MemoryVersionStore extends VersionStore {
  /** Whole ones only, oldest first. */
  whole(): StoredVersion[];
  /** The board of a whole version. */
  docOf(version: StoredVersion): Y.Doc;
  /** What was on it. */
  objectsOf(version: StoredVersion): Map<string, CanvasObject>;
  /** Thrown by the next writes, until it is undefined again. */
  failure: Error | undefined;
  writes: number;
  /** Awaited at the start of each write. */
  delay: () => Promise<void>;
}

export function createMemoryVersionStore(): MemoryVersionStore {
  const versions: StoredVersion[] = [];
  const isWhole = ({ pieces, total }: StoredVersion) => pieces.length === total;
  const store: MemoryVersionStore = {
    failure: undefined,
    writes: 0,
    delay: () => Promise.resolve(),
    whole: () => versions.filter(isWhole),
    docOf({ pieces }) {
      const doc = new Y.Doc();
      Y.applyUpdate(doc, gunzipSync(Buffer.concat(pieces)));
      return doc;
    },
    objectsOf(version) {
      return new Map(store.docOf(version).getMap<CanvasObject>("objects").entries());
    },
    async write(sessionId, { index, total, bytes, ...about }) {
      store.writes++;
      await store.delay();
      if (store.failure !== undefined) throw store.failure;
      let version = versions.find(({ about: { versionKey } }) => versionKey === about.versionKey);
      if (version === undefined) {
        const versionId = `version-${versions.length + 1}`;
        version = { versionId, sessionId, about, total, pieces: [] };
        versions.push(version);
      }
      if (index > version.pieces.length) throw appError("CONFLICT");
      version.pieces[index] ??= bytes;
      return version.versionId;
    },
    async read(sessionId, versionId, index) {
      await store.delay();
      const version = store.whole().find((one) => one.versionId === versionId);
      const bytes = version?.sessionId === sessionId ? version.pieces[index] : undefined;
      if (version === undefined || bytes === undefined) throw appError("NOT_FOUND");
      return { bytes, total: version.total };
    },
    newestSeq: (sessionId) => {
      const newest = store.whole().findLast((version) => version.sessionId === sessionId);
      return Promise.resolve(newest?.about.boardSeq ?? null);
    },
  };
  return store;
}
