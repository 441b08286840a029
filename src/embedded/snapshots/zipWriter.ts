/** Writes a ZIP file entry by entry; an entry may be longer than memory. */
import { open, type FileHandle } from "node:fs/promises";
import { Readable } from "node:stream";
import { finished, pipeline } from "node:stream/promises";

import { ZipFile } from "yazl";

/** The first day that the format knows: contents alone decide what a file is. */
const MTIME = new Date(1980, 0, 1);

export class ZipWriter {
  readonly #file: FileHandle;
  readonly #zip = new ZipFile();
  readonly #written: Promise<void>;

  /** Makes the file, which must not exist. */
  static async create(path: string): Promise<ZipWriter> {
    return new ZipWriter(await open(path, "wx"));
  }

  private constructor(file: FileHandle) {
    this.#file = file;
    this.#zip.on("error", () => undefined); // of an entry's content: `add` throws it
    const output = Readable.from(this.#zip.outputStream as AsyncIterable<Buffer>);
    this.#written = pipeline(output, async (pieces) => {
      for await (const piece of pieces as AsyncIterable<Buffer>) await file.writeFile(piece);
    });
    this.#written.catch(() => undefined); // `finish` throws it
  }

  /** @param content in pieces of any size; strings are UTF-8 */
  async add(name: string, content: Iterable<string> | AsyncIterable<string | Uint8Array>) {
    const pieces = Readable.from(content, { objectMode: false });
    this.#zip.addReadStream(pieces, name, { mtime: MTIME, forceDosTimestamp: true });
    await Promise.race([finished(pieces), this.#written]);
  }

  /** Writes the directory, makes the file durable and closes it. */
  async finish(): Promise<void> {
    this.#zip.end();
    await this.#written;
    await this.#file.sync();
    await this.#file.close();
  }

  /** Gives up; the file is left as it is. */
  async abandon(): Promise<void> {
    await this.#file.close().catch(() => undefined); // closed already: the error before it counts
  }
}
