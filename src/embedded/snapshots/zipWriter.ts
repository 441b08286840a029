/** Writes a ZIP file entry by entry; an entry may be longer than memory. */
import { open, type FileHandle } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32, createDeflateRaw } from "node:zlib";

import {
  DEFLATED,
  directoryEntry,
  endOfDirectory,
  localHeader,
  type ZipEntry,
} from "./zipFormat.ts";

export class ZipWriter {
  readonly #file: FileHandle;
  readonly #entries: ZipEntry[] = [];
  #position = 0;

  /** Makes the file, which must not exist. */
  static async create(path: string): Promise<ZipWriter> {
    return new ZipWriter(await open(path, "wx"));
  }

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** @param content in pieces of any size; strings are UTF-8 */
  async add(name: string, content: Iterable<string> | AsyncIterable<string | Uint8Array>) {
    const offset = this.#position;
    const draft = { name, method: DEFLATED, crc: 0, compressedSize: 0, size: 0 };
    await this.#append(localHeader(draft));
    const contentAt = this.#position;
    let { crc, size } = draft;
    async function* measured(): AsyncGenerator<Buffer> {
      for await (const piece of content) {
        const bytes = Buffer.from(piece);
        crc = crc32(bytes, crc);
        size += bytes.length;
        yield bytes;
      }
    }
    await pipeline(Readable.from(measured()), createDeflateRaw(), async (deflated) => {
      for await (const piece of deflated as AsyncIterable<Buffer>) await this.#append(piece);
    });
    const entry = { ...draft, crc, size, compressedSize: this.#position - contentAt };
    const header = localHeader(entry); // again, now that sizes are known
    await this.#file.write(header, 0, header.length, offset);
    this.#entries.push({ ...entry, offset });
  }

  /** Writes the directory, makes the file durable and closes it. */
  async finish(): Promise<void> {
    const directory = Buffer.concat(this.#entries.map(directoryEntry));
    const offset = this.#position;
    await this.#append(directory);
    await this.#append(endOfDirectory(this.#entries.length, directory.length, offset));
    await this.#file.sync();
    await this.#file.close();
  }

  /** Gives up; the file is left as it is. */
  async abandon(): Promise<void> {
    await this.#file.close().catch(() => undefined); // closed already: the error before it counts
  }

  async #append(bytes: Buffer): Promise<void> {
    await this.#file.write(bytes, 0, bytes.length, this.#position);
    this.#position += bytes.length;
  }
}
