/** A snapshot whose every row and file tells which one it came with, so that halves of two can be told apart. */
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ZipWriter } from "../../src/embedded/snapshots/zipWriter.ts";
import { encodeDocumentId } from "../../src/embedded/values/documentId.ts";

export type Generation = {
  readonly round: number;
  readonly zip: Uint8Array<ArrayBuffer>;
  /** SHA-256 of its files in base64, sorted. */
  readonly digests: readonly string[];
};

/** Of each of two tables: together more than are imported in one transaction. */
export const ROWS = 5_000;
const TABLES = ["writes", "jobRuns"];
const FILES = 3;
const FILE_BYTES = 200_000;
const STORAGE_TABLE = 42; // any number: ids are given the one that they have in the engine

export async function makeGeneration(round: number): Promise<Generation> {
  const folder = mkdtempSync(join(tmpdir(), "generation-"));
  const path = join(folder, "snapshot.zip");
  const zip = await ZipWriter.create(path);
  await zip.add("_tables/documents.jsonl", [line({ name: "_storage", id: STORAGE_TABLE })]);
  for (const table of TABLES) await zip.add(`${table}/documents.jsonl`, rowsOf(round));
  const files = Array.from({ length: FILES }, (_, file) => fileOf(round, file));
  await zip.add(
    "_storage/documents.jsonl",
    files.map(({ _id, sha256 }) => line({ _id, sha256 })),
  );
  for (const { _id, bytes } of files) await zip.add(`_storage/${_id}.bin`, asIterable(bytes));
  await zip.finish();
  const made = {
    round,
    zip: readFileSync(path),
    digests: files.map(({ sha256 }) => sha256).sort(),
  };
  rmSync(folder, { recursive: true });
  return made;
}

function* rowsOf(round: number): Generator<string> {
  for (let sequence = 0; sequence < ROWS; sequence++) yield line({ round, writer: 0, sequence });
}

function fileOf(round: number, file: number): { _id: string; sha256: string; bytes: Uint8Array } {
  const bytes = Buffer.alloc(FILE_BYTES, `file ${file} of ${round}, `);
  const mark = createHash("sha256").update(bytes).digest();
  const _id = encodeDocumentId(STORAGE_TABLE, mark.subarray(0, 16));
  return { _id, sha256: mark.toString("base64"), bytes };
}

// eslint-disable-next-line @typescript-eslint/require-await -- as the ZIP file takes bytes
async function* asIterable(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
