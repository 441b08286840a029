/**
 * Carries out a planned import. What one mutation could write is one transaction. What is larger is written
 * step by step, so that everybody else is served meanwhile: into tables that nobody sees until all of them
 * take the place of the old ones at once. Only what is appended to tables that stay is seen step by
 * step, as on Convex (https://docs.convex.dev/database/import-export/import).
 */
import { setImmediate as nextTick } from "node:timers/promises";

import { commitWrite } from "../functions/transactions/commitWrite.ts";
import type { FileStore, StoredBlob } from "../storage/fileStore.ts";
import { deleteStoredFile, restoreStoredFile } from "../storage/storedFiles.ts";
import type { Database } from "../store/database.ts";
import type { Transaction } from "../transaction/transaction.ts";
import type { JSONObject } from "../values/jsonValue.ts";
import { documentIds, refuseFull, type ImportPlan, type PlannedTable } from "./importPlan.ts";
import { ImportError } from "./readRows.ts";

const FILES_TABLE = "_storage";
/** Well within what a mutation may write (16,000 documents, 16 MiB). */
const ONE_STEP = { documents: 8_000, bytes: 8 * 1024 * 1024 };
/** Some ten milliseconds of work. */
const SMALL_STEP = { documents: 500, bytes: 2 * 1024 * 1024 };

export type ImportDeps = { database: Database; files: FileStore };
type Write = (tx: Transaction) => void;
/** Told after each step. */
export type OnImportProgress = (table: string, done: number, total: number) => void;

/** Returns how many documents were written. @throws ImportError, ZipError, DatabaseError */
export async function performImport(
  plan: ImportPlan,
  { database, files }: ImportDeps,
  onProgress: OnImportProgress,
): Promise<number> {
  const removed: string[] = [];
  const blobs = await writeBlobs(plan, files);
  const documents = plan.tables.reduce((sum, one) => sum + one.creates + one.deletes.length, 0);
  const bytes = plan.tables.reduce((sum, one) => sum + one.bytes, 0);
  const isOneStep = documents <= ONE_STEP.documents && bytes <= ONE_STEP.bytes;
  const writing = { plan, blobs, removed, onProgress };
  if (isOneStep) await writeTables(writing, plan.tables, new StepWriter(database, ONE_STEP));
  else if (plan.mode === "append") {
    await writeTables(writing, plan.tables, new StepWriter(database, SMALL_STEP));
  } else await replaceTables(writing, database);
  await files.remove(removed);
  return plan.tables.reduce((sum, one) => sum + one.creates, 0);
}

type Writing = {
  plan: ImportPlan;
  blobs: ReadonlyMap<string, StoredBlob>;
  /** Collects the blobs of files that were deleted. */
  removed: string[];
  onProgress: OnImportProgress;
};

async function writeTables(
  { plan, blobs, removed, onProgress }: Writing,
  tables: readonly PlannedTable[],
  steps: StepWriter,
): Promise<void> {
  for (const table of tables) {
    const total = table.deletes.length + table.creates;
    let done = 0;
    for await (const [write, size] of writesOf(plan, table, blobs, removed)) {
      if (await steps.add(write, size)) onProgress(table.table, done, total);
      done++;
    }
  }
  await steps.flush();
}

/** Fills new tables and puts them in the place of the old ones, which goes for documents that came meanwhile. */
async function replaceTables(writing: Writing, database: Database): Promise<void> {
  const { plan, blobs, removed } = writing;
  const tables = plan.tables.filter(({ table }) => table !== FILES_TABLE);
  const staged = database.stageTables(tables);
  try {
    const rowsOnly = tables.map((table) => ({ ...table, deletes: [] }));
    await writeTables(writing, rowsOnly, new StepWriter(staged, SMALL_STEP));
    const fileWrites: Write[] = [];
    for (const files of plan.tables.filter(({ table }) => table === FILES_TABLE)) {
      for await (const [write] of writesOf(plan, files, blobs, removed)) fileWrites.push(write);
    }
    const installing = {
      begin: () => database.begin("mutation"),
      commit: (tx: Transaction) => staged.install(tx),
    };
    await commitWrite(installing, (tx) => {
      if (plan.mode === "requireEmpty") refuseFilled(tx, tables);
      removed.length = 0; // of an attempt that lost a race
      for (const write of fileWrites) write(tx);
    });
  } catch (error) {
    staged.abandon();
    throw error;
  }
}

/** Somebody may have written to the tables since they were looked at. @throws ImportError */
function refuseFilled(tx: Transaction, tables: readonly PlannedTable[]): void {
  refuseFull(tables.map((table) => ({ ...table, deletes: documentIds(tx, table, 1) })));
}

/** Files come first: a row must never point to a blob that is not there. By component and id here. */
async function writeBlobs(plan: ImportPlan, files: FileStore): Promise<Map<string, StoredBlob>> {
  const blobs = new Map<string, StoredBlob>();
  for (const { component, storageId, read } of plan.files) {
    const key = JSON.stringify([component, plan.idHere(component, storageId)]);
    blobs.set(key, await files.write(read(), {}));
  }
  return blobs;
}

async function* writesOf(
  plan: ImportPlan,
  { component, table, deletes, rows }: PlannedTable,
  blobs: ReadonlyMap<string, StoredBlob>,
  removed: string[],
): AsyncGenerator<[Write, bytes: number]> {
  const isStorage = table === FILES_TABLE;
  for (const id of deletes) {
    const write: Write = (tx) => {
      const own = tx.inComponent(component);
      if (isStorage) removed.push(deleteStoredFile(own, id).uuid);
      else own.delete(table, id);
    };
    yield [write, 0];
  }
  for await (const row of rows()) {
    const blob = isStorage ? blobs.get(JSON.stringify([component, row["_id"]])) : undefined;
    const write: Write = (tx) => {
      const own = tx.inComponent(component);
      if (isStorage) restoreFile(own, row, blob);
      else own.system.restore(table, row);
    };
    yield [write, JSON.stringify(row).length];
  }
}

function restoreFile(tx: Transaction, row: JSONObject, blob: StoredBlob | undefined): void {
  const { _id: storageId, _creationTime: creationTime, contentType, sha256 } = row;
  if (typeof storageId !== "string") throw new ImportError("A stored file has no _id.");
  if (blob === undefined) throw new ImportError(`The file ${storageId} is not in the snapshot.`);
  if (sha256 !== undefined && sha256 !== blob.sha256) {
    throw new ImportError(`The file ${storageId} does not have the SHA-256 digest of its row.`);
  }
  restoreStoredFile(tx, {
    ...{ ...blob, storageId },
    contentType: typeof contentType === "string" ? contentType : null,
    creationTime: typeof creationTime === "number" ? creationTime : null,
  });
}

/** Groups writes into transactions of a bounded size. */
class StepWriter {
  readonly #database: Pick<Database, "begin" | "commit">;
  readonly #limit: typeof SMALL_STEP;
  #waiting: Write[] = [];
  #bytes = 0;

  constructor(database: Pick<Database, "begin" | "commit">, limit: typeof SMALL_STEP) {
    this.#database = database;
    this.#limit = limit;
  }

  /** True when it was the last of its step, which is on disk then. */
  async add(write: Write, bytes: number): Promise<boolean> {
    this.#waiting.push(write);
    this.#bytes += bytes;
    const isFull = this.#waiting.length >= this.#limit.documents || this.#bytes > this.#limit.bytes;
    if (isFull) await this.flush();
    return isFull;
  }

  async flush(): Promise<void> {
    const writes = this.#waiting;
    this.#waiting = [];
    this.#bytes = 0;
    await commitWrite(this.#database, (tx) => writes.forEach((write) => write(tx)));
    await nextTick();
  }
}
