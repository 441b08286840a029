/** Reads a ZIP file: which entries it has, and each as a stream. Holds no entry in memory. */
import { crc32 } from "node:zlib";

import { openPromise, type Entry, type ZipFile } from "yauzl";

/** Some more than any snapshot has; a directory beyond it is damaged or hostile. */
const MAX_ENTRIES = 500_000;

/** The file is no ZIP file, is damaged, or uses what snapshots do not. */
export class ZipError extends Error {}

export type ZipEntry = {
  readonly name: string;
  /** Bytes after inflating. */
  readonly size: number;
  readonly record: Entry;
};

export class ZipReader {
  readonly entries: readonly ZipEntry[];
  readonly #path: string;

  /** @throws ZipError */
  static async open(path: string): Promise<ZipReader> {
    return await asZipError(async () => {
      const file = await openPromise(path, { lazyEntries: true, autoClose: false });
      try {
        return new ZipReader(path, await allEntries(file));
      } finally {
        file.close();
      }
    });
  }

  private constructor(path: string, entries: readonly ZipEntry[]) {
    this.#path = path;
    this.entries = entries;
  }

  /** The contents, piece by piece. Fails with ZipError if they are not what they were. */
  async *read(entry: ZipEntry): AsyncGenerator<Buffer> {
    const file = await asZipError(() =>
      openPromise(this.#path, { lazyEntries: true, autoClose: false }),
    );
    let crc = 0;
    try {
      const stream = await asZipError(() => file.openReadStreamPromise(entry.record));
      const pieces = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
      for (;;) {
        const next = await asZipError(() => pieces.next());
        if (next.done === true) break;
        crc = crc32(next.value, crc);
        yield next.value;
      }
    } finally {
      file.close();
    }
    if (crc !== entry.record.crc32) throw new ZipError(`${entry.name} is damaged.`);
  }
}

async function allEntries(file: ZipFile): Promise<ZipEntry[]> {
  const entries: ZipEntry[] = [];
  if (file.entryCount > MAX_ENTRIES) throw new ZipError("It has too many entries.");
  await new Promise<void>((resolve, reject) => {
    file.on("error", reject);
    file.on("end", resolve);
    file.on("entry", (record: Entry) => {
      entries.push({ name: record.fileName, size: record.uncompressedSize, record });
      file.readEntry();
    });
    file.readEntry();
  });
  return entries;
}

async function asZipError<T>(task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof ZipError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ZipError(`It cannot be read as a ZIP file: ${reason}`, { cause: error });
  }
}
