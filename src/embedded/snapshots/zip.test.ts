import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fc, test } from "@fast-check/vitest";
import { expect, it, onTestFinished } from "vitest";

import { ZipReader } from "./zipReader.ts";
import { ZipWriter } from "./zipWriter.ts";

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "zip-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function write(path: string, entries: readonly [string, Uint8Array][]): Promise<void> {
  const writer = await ZipWriter.create(path);
  for (const [name, content] of entries) {
    await writer.add(
      name,
      (async function* () {
        await Promise.resolve();
        yield content.subarray(0, content.length / 2);
        yield content.subarray(content.length / 2);
      })(),
    );
  }
  await writer.finish();
}

async function readAll(path: string): Promise<[string, Buffer][]> {
  const reader = await ZipReader.open(path);
  const contents: [string, Buffer][] = [];
  for (const entry of reader.entries) {
    const pieces: Buffer[] = [];
    for await (const piece of reader.read(entry)) pieces.push(piece);
    contents.push([entry.name, Buffer.concat(pieces)]);
  }
  return contents;
}

const entries = fc.uniqueArray(
  fc.tuple(
    fc.stringMatching(/^[\p{L}\p{N}_-]{1,12}(\/[\p{L} .]{3,9})?$/u),
    fc.uint8Array({ maxLength: 5_000 }),
  ),
  { selector: ([name]) => name, maxLength: 8 },
);

test.prop([entries])("[CL20] a ZIP file holds what was put into it", async (contents) => {
  const path = join(temporaryFolder(), "file.zip");
  await write(path, contents);
  expect(await readAll(path)).toEqual(contents.map(([name, bytes]) => [name, Buffer.from(bytes)]));
});

/** Made by Python's zipfile: a stored and a deflated entry, one with 64-bit sizes, and a comment. */
const FOREIGN =
  "UEsDBBQAAAAAAAAAIQAL+UNWBgAAAAYAAAAMAAAAYS9zdG9yZWQudHh0c3RvcmVkUEsDBBQAAAAIAAAAIQAH1m+QDgAAALQA" +
  "AAAOAAAAYS9kZWZsYXRlZC50eHRLSU3LSSxJTVFIGToMAFBLAwQtAAAAAAAAACEA9l112v//////////CwAUAGEvbGFyZ2Uu" +
  "dHh0AQAQAAsAAAAAAAAACwAAAAAAAABhcyBpZiBsYXJnZVBLAQIUAxQAAAAAAAAAIQAL+UNWBgAAAAYAAAAMAAAAAAAAAAAA" +
  "AACAAQAAAABhL3N0b3JlZC50eHRQSwECFAMUAAAACAAAACEAB9ZvkA4AAAC0AAAADgAAAAAAAAAAAAAAgAEwAAAAYS9kZWZs" +
  "YXRlZC50eHRQSwECLQMtAAAAAAAAACEA9l112gsAAAALAAAACwAAAAAAAAAAAAAAgAFqAAAAYS9sYXJnZS50eHRQSwUGAAAA" +
  "AAMAAwCvAAAAsgAAAAkAYSBjb21tZW50";

it("[CL20] ZIP files of other tools are read: stored, deflated, with 64-bit sizes", async () => {
  const path = join(temporaryFolder(), "foreign.zip");
  writeFileSync(path, Buffer.from(FOREIGN, "base64"));
  const contents = (await readAll(path)).map(([name, bytes]) => [name, bytes.toString()]);
  expect(contents).toEqual([
    ["a/stored.txt", "stored"],
    ["a/deflated.txt", "deflated ".repeat(20)],
    ["a/large.txt", "as if large"],
  ]);
});

test.prop([fc.nat(), fc.integer({ min: 1, max: 255 })])(
  "[CL21] a damaged ZIP file is an error, or reads as it was; never anything else",
  async (position, flip) => {
    const bytes = Buffer.from(FOREIGN, "base64");
    const at = position % bytes.length;
    bytes[at] = (bytes[at] ?? 0) ^ flip;
    const path = join(temporaryFolder(), "damaged.zip");
    writeFileSync(path, bytes);
    const original = ["stored", "deflated ".repeat(20), "as if large"];
    const read = await readAll(path).then(
      (contents) => contents.map(([, content]) => content.toString()),
      (error: unknown) => error,
    );
    if (!(read instanceof Error))
      for (const content of read as string[]) expect(original).toContain(content);
  },
);
