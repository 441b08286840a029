/**
 * One board's way to and from its versions: a whole Yjs document, gzipped (text and paths shrink to a
 * quarter), in chunks that fit. Tries a write again while that can help. Knows neither when a version
 * is taken nor what is in it.
 */
import { promisify } from "node:util";
import { gunzip, gzip, gzipSync } from "node:zlib";
import { appErrorDataOf } from "../../../convex/contract/errors.ts";
import { MAX_BOARD_UPDATE_BYTES } from "../../../convex/contract/limits.ts";
import { backoffMs } from "../../util/backoff.ts";
import { sleep, type Clock } from "../../util/clock.ts";
import type { VersionChunk, VersionStore } from "./versionStore.ts";

const WRITE_ATTEMPTS = 4;
const RETRY = { baseMs: 300, maxMs: 3_000 };
/** A board has at most 12 MiB, and Yjs keeps some of what was deleted. */
const MAX_VERSION_BYTES = 64 * 1024 * 1024;

/** Zipped in a millisecond, which is less than a thread of its own would cost. */
const SMALL_BYTES = 64 * 1024;

export type VersionAbout = Omit<VersionChunk, "index" | "total" | "bytes">;

export interface VersionArchiveDeps {
  store: VersionStore;
  sessionId: string;
  clock: Clock;
  random: () => number;
  zipping: Zipping;
}

export interface Zipping {
  zip(state: Uint8Array): Promise<Uint8Array>;
  /** @throws when it is none, or would be larger than any version */
  unzip(bytes: Uint8Array): Promise<Uint8Array>;
}

export class VersionArchive {
  readonly #deps: VersionArchiveDeps;

  constructor(deps: VersionArchiveDeps) {
    this.#deps = deps;
  }

  /** The new version's id, or null when the store does not want it. @throws the store's error */
  async write(about: VersionAbout, state: Uint8Array): Promise<string | null> {
    const bytes = await this.#deps.zipping.zip(state);
    const total = Math.ceil(bytes.byteLength / MAX_BOARD_UPDATE_BYTES);
    let versionId: string | null = null;
    for (let index = 0; index < total; index++) {
      const start = index * MAX_BOARD_UPDATE_BYTES;
      const piece = bytes.subarray(start, start + MAX_BOARD_UPDATE_BYTES);
      versionId = await this.#writeChunk({ ...about, index, total, bytes: piece });
      if (versionId === null) return null;
    }
    return versionId;
  }

  async #writeChunk(chunk: VersionChunk): Promise<string | null> {
    const { store, sessionId, clock, random } = this.#deps;
    for (let attempt = 1; ; attempt++) {
      try {
        return await store.write(sessionId, chunk);
      } catch (error) {
        const canHelp = appErrorDataOf(error)?.retryable !== false;
        if (!canHelp || attempt === WRITE_ATTEMPTS) throw error;
        await sleep(clock, backoffMs(attempt, { ...RETRY, random }));
      }
    }
  }

  /** The document as it was. @throws NOT_FOUND, the store's error */
  async read(versionId: string): Promise<Uint8Array> {
    const { store, sessionId } = this.#deps;
    const first = await store.read(sessionId, versionId, 0);
    const pieces = [first.bytes];
    for (let index = 1; index < first.total; index++) {
      pieces.push((await store.read(sessionId, versionId, index)).bytes);
    }
    return await this.#deps.zipping.unzip(Buffer.concat(pieces));
  }
}

/** Large ones in a thread of its own. */
export const zipping: Zipping = {
  async zip(state) {
    return state.byteLength <= SMALL_BYTES ? gzipSync(state) : await promisify(gzip)(state);
  },
  async unzip(bytes) {
    return await promisify(gunzip)(bytes, { maxOutputLength: MAX_VERSION_BYTES });
  },
};
