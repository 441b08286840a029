/**
 * Writes one snapshot of the data as a ZIP file in the layout of Convex's own: a folder for each table with
 * its documents as JSON lines, `_tables` with the numbers that ids begin with, and, if wanted,
 * `_storage` with the files. What is read belongs to one timestamp, however long it takes.
 */
import { setImmediate as nextTick } from "node:timers/promises";

import { getExtension } from "hono/utils/mime";

import type { FileStore } from "../storage/fileStore.ts";
import { readStoredFile } from "../storage/storedFiles.ts";
import type { Database } from "../store/database.ts";
import type { Transaction } from "../transaction/transaction.ts";
import type { StoredDocument } from "../values/jsonValue.ts";
import { ZipWriter } from "./zipWriter.ts";

/** Some milliseconds of work, after which others get the thread. */
const STEP_DOCUMENTS = 500;
const NO_LIMITS = { bytesRead: Infinity, documentsRead: Infinity, databaseQueries: Infinity };

/** Says that values are written as Convex writes them on the wire, int64 and bytes included. */
const UNIFORM = `"uniform"\n`;
const README = `A snapshot of a Convex deployment: a folder for each table, with its documents as JSON lines.
Read it back with \`npx convex import\`.
`;

export type SnapshotSource = {
  database: Pick<Database, "begin" | "tables">;
  files: Pick<FileStore, "open">;
};

export type SnapshotOptions = { includeStorage: boolean; signal: AbortSignal };

/**
 * @param path must not exist
 * @throws DatabaseError when it takes so long that the snapshot is gone; the reason of the signal
 */
export async function writeSnapshot(
  source: SnapshotSource,
  path: string,
  { includeStorage, signal }: SnapshotOptions,
): Promise<void> {
  const tx = source.database.begin("query", { limits: NO_LIMITS });
  const zip = await ZipWriter.create(path);
  try {
    await zip.add("README.md", [README]);
    for (const component of tx.components()) {
      const part = { source, tx: tx.inComponent(component), zip, folder: folderOf(component) };
      await writeTables(part, signal);
      if (includeStorage) await writeFiles(part);
    }
    await zip.finish();
  } finally {
    tx.close();
    await zip.abandon();
  }
}

/** What one component has, and in which folder of the ZIP file it goes. */
type Part = { source: SnapshotSource; tx: Transaction; zip: ZipWriter; folder: string };

/** `a/b` is the component b within the component a. */
function folderOf(component: string): string {
  if (component === "") return "";
  return component
    .split("/")
    .map((name) => `_components/${name}/`)
    .join("");
}

async function writeTables({ source, tx, zip, folder }: Part, signal: AbortSignal) {
  const tables = source.database.tables(tx.component);
  const numbers = tables.map(({ name, number }) => line({ name, id: number }));
  await zip.add(`${folder}_tables/documents.jsonl`, numbers);
  for (const { name } of tables) {
    await zip.add(`${folder}${name}/documents.jsonl`, documentLines(tx, name, signal));
    await zip.add(`${folder}${name}/generated_schema.jsonl`, [UNIFORM]);
  }
}

async function writeFiles({ source: { files }, tx, zip, folder }: Part) {
  if (!tx.hasTable("_storage")) return;
  const stored = [...documents(tx, "_storage")].flatMap((row) => {
    const file = readStoredFile(tx, row._id);
    return file === null ? [] : [{ row, file }];
  });
  await zip.add(
    `${folder}_storage/documents.jsonl`,
    stored.map(({ row, file }) => line({ ...row, internalId: file.uuid })),
  );
  for (const { row, file } of stored) {
    const extension = getExtension(file.contentType ?? "") ?? "blob";
    const blob = files.open(file.uuid);
    if (blob === null) continue; // deleted since the snapshot
    await zip.add(`${folder}_storage/${row._id}.${extension}`, blob.stream());
  }
}

async function* documentLines(
  tx: Transaction,
  table: string,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let count = 0;
  for (const document of documents(tx, table)) {
    yield line(document);
    if (++count % STEP_DOCUMENTS !== 0) continue;
    await nextTick();
    signal.throwIfAborted();
  }
}

function* documents(tx: Transaction, table: string): Generator<StoredDocument> {
  const source = { type: "FullTableScan", tableName: table, order: "asc" } as const;
  const cursor = tx.openQuery({ source, operators: [] });
  for (let document = cursor.next(); document !== null; document = cursor.next()) yield document;
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
