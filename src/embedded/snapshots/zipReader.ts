/** Reads a ZIP file: which entries it has, and each as a stream. Holds no entry in memory. */
import { createReadStream } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { Readable } from "node:stream";
import { crc32, createInflateRaw } from "node:zlib";

import {
  contentOffset,
  DEFLATED,
  END_64_BYTES,
  findDirectory,
  LOCAL_HEADER_BYTES,
  MAX_END_BYTES,
  LOCATOR_64_BYTES,
  readDirectory,
  readEnd64,
  STORED,
  ZipError,
  type ZipEntry,
} from "./zipFormat.ts";

/** Some 500,000 entries; a directory beyond it is damaged or hostile. */
const MAX_DIRECTORY_BYTES = 64 * 1024 * 1024;

export class ZipReader {
  readonly entries: readonly ZipEntry[];
  readonly #path: string;

  /** @throws ZipError */
  static async open(path: string): Promise<ZipReader> {
    const file = await open(path, "r");
    try {
      const { size: fileSize } = await file.stat();
      const tailSize = Math.min(fileSize, MAX_END_BYTES + LOCATOR_64_BYTES);
      const found = findDirectory(await read(file, fileSize - tailSize, tailSize));
      const place =
        "end64At" in found ? readEnd64(await read(file, found.end64At, END_64_BYTES)) : found;
      if (place.size > MAX_DIRECTORY_BYTES || place.offset + place.size > fileSize) {
        throw new ZipError("It is damaged.");
      }
      const directory = await read(file, place.offset, place.size);
      return new ZipReader(path, readDirectory(directory, place.count));
    } finally {
      await file.close();
    }
  }

  private constructor(path: string, entries: readonly ZipEntry[]) {
    this.#path = path;
    this.entries = entries;
  }

  /** The contents, piece by piece. Fails with ZipError at the end if they are not what they were. */
  async *read(entry: ZipEntry): AsyncGenerator<Buffer> {
    const start = await this.#contentOffset(entry);
    let crc = 0;
    let size = 0;
    for await (const piece of this.#inflated(entry, start)) {
      crc = crc32(piece, crc);
      size += piece.length;
      if (size > entry.size) break; // more than announced: no need to see how much
      yield piece;
    }
    if (size !== entry.size || crc !== entry.crc) throw new ZipError(`${entry.name} is damaged.`);
  }

  #inflated(entry: ZipEntry, start: number): AsyncIterable<Buffer> {
    if (entry.compressedSize === 0) return Readable.from([]);
    const raw = createReadStream(this.#path, { start, end: start + entry.compressedSize - 1 });
    if (entry.method === STORED) return raw;
    if (entry.method !== DEFLATED) {
      throw new ZipError(`${entry.name} is compressed by a method that is not known here.`);
    }
    const inflate = createInflateRaw();
    raw.on("error", (error) => inflate.destroy(error));
    return raw.pipe(inflate);
  }

  async #contentOffset(entry: ZipEntry): Promise<number> {
    const file = await open(this.#path, "r");
    try {
      return contentOffset(entry, await read(file, entry.offset, LOCAL_HEADER_BYTES));
    } finally {
      await file.close();
    }
  }
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
