/**
 * `npx convex import`, seen from the deployment: a file arrives in parts, is looked at, waits for somebody
 * to agree, and is written. How far each import has come is a row, so that whoever waits is told.
 */
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { appendFile, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import { commitWrite } from "../functions/transactions/commitWrite.ts";
import type { FileStore } from "../storage/fileStore.ts";
import type { Database } from "../store/database.ts";
import { DatabaseError } from "../store/databaseError.ts";
import type { Transaction } from "../transaction/transaction.ts";
import { int64ToJson, type JSONObject, type StoredDocument } from "../values/jsonValue.ts";
import { describePlan, planImport, type ImportPlan } from "./importPlan.ts";
import { openImport } from "./importSource.ts";
import { performImport } from "./performImport.ts";
import { ImportError } from "./readRows.ts";
import { ZipError } from "./zipReader.ts";

const TABLE = "_imports";
/** Uploads that nobody finished, and imports that nobody confirmed; the oldest give way. */
const MAX_UPLOADS = 8;
const MAX_UNCONFIRMED = 8;

/** What is to be imported, as the command line says it. */
export const vImport = z.object({
  tableName: z.string().optional(),
  componentPath: z.string().optional(),
  mode: z.enum(["requireEmpty", "append", "replace", "replaceAll"]),
  format: z.enum(["csv", "jsonLines", "jsonArray", "zip"]),
});
export type ImportOrder = z.infer<typeof vImport>;

export type ImportsDeps = {
  database: Database;
  files: FileStore;
  /** Where uploads lie until they are imported; made when missing. */
  directory: string;
  onError: (error: unknown) => void;
};

type Upload = { file: string; parts: number };

export class Imports {
  readonly #deps: ImportsDeps;
  readonly #uploads = new Map<string, Upload>();
  /** Looked at and not yet written, by import id. */
  readonly #plans = new Map<string, { plan: ImportPlan; file: string }>();
  /** One after the other: an import is planned on what the last one left. */
  #queue: Promise<unknown> = Promise.resolve();

  /** What a stopped engine left is over. */
  static async open(deps: ImportsDeps): Promise<Imports> {
    const { directory, database } = deps;
    await mkdir(directory, { recursive: true });
    for (const name of await readdir(directory)) rmSync(join(directory, name), { force: true });
    await commitWrite(database, (tx) => {
      for (const row of rowsOf(tx)) tx.system.delete(TABLE, row._id);
    });
    return new Imports(deps);
  }

  private constructor(deps: ImportsDeps) {
    this.#deps = deps;
  }

  /** Returns the token that names the upload. */
  async beginUpload(): Promise<string> {
    const [oldest] = this.#uploads.keys();
    if (this.#uploads.size >= MAX_UPLOADS && oldest !== undefined) {
      rmSync(this.#uploads.get(oldest)?.file ?? "", { force: true });
      this.#uploads.delete(oldest);
    }
    const token = randomUUID();
    const file = join(this.#deps.directory, token);
    await writeFile(file, "");
    this.#uploads.set(token, { file, parts: 0 });
    return token;
  }

  /** Parts come in order, from 1. @throws ImportError */
  async addPart(token: string, part: number, bytes: Uint8Array): Promise<void> {
    const upload = this.#uploads.get(token);
    if (upload === undefined) throw new ImportError("There is no such upload.");
    if (part !== upload.parts + 1) throw new ImportError(`Part ${upload.parts + 1} is missing.`);
    upload.parts = part;
    await appendFile(upload.file, bytes);
  }

  /** Begins to look at an upload. Returns the id of the import. @throws ImportError */
  async finishUpload(token: string, order: ImportOrder): Promise<string> {
    const upload = this.#uploads.get(token);
    if (upload === undefined) throw new ImportError("There is no such upload.");
    this.#uploads.delete(token);
    const importId = await commitWrite(this.#deps.database, (tx) => {
      return tx.system.insert(TABLE, { state: { state: "uploaded" } });
    });
    this.#run(importId, upload.file, () => this.#plan(importId, upload.file, order));
    return importId;
  }

  /** Somebody has agreed. @throws ImportError */
  async perform(importId: string): Promise<void> {
    const planned = this.#plans.get(importId);
    if (planned === undefined) throw new ImportError("There is no such import to be confirmed.");
    this.#plans.delete(importId);
    await this.#tell(importId, { state: "in_progress", checkpoint_messages: [] });
    this.#run(importId, planned.file, async () => {
      const { database, files } = this.#deps;
      const rows = await performImport(planned.plan, { database, files }, (table, done, total) => {
        const progress_message = `Importing "${table}" (${done} of ${total} changes)`;
        void this.#tell(importId, { state: "in_progress", progress_message }).catch(
          this.#deps.onError,
        );
      });
      rmSync(planned.file, { force: true });
      const num_rows_written = int64ToJson(BigInt(rows));
      await this.#tell(importId, { state: "completed", num_rows_written });
    });
  }

  async close(): Promise<void> {
    await this.#queue;
  }

  async #plan(importId: string, file: string, order: ImportOrder): Promise<void> {
    const { format, tableName, componentPath: component = "", mode } = order;
    const source = await openImport(file, { format, table: tableName ?? null, component });
    const plan = await planImport(source, mode, this.#deps.database);
    await this.#makeRoom();
    this.#plans.set(importId, { plan, file });
    await this.#tell(importId, {
      state: "waiting_for_confirmation",
      message_to_confirm: describePlan(plan),
      require_manual_confirmation: plan.tables.some(({ deletes }) => deletes.length > 0),
    });
  }

  async #makeRoom(): Promise<void> {
    const [oldest] = this.#plans;
    if (oldest === undefined || this.#plans.size < MAX_UNCONFIRMED) return;
    const [importId, { file }] = oldest;
    this.#plans.delete(importId);
    rmSync(file, { force: true });
    const error_message = "Nobody confirmed it, and others came after it.";
    await this.#tell(importId, { state: "failed", error_message });
  }

  /** @param file of no use any more when the task fails */
  #run(importId: string, file: string, task: () => Promise<void>): void {
    this.#queue = this.#queue
      .then(task)
      .catch(async (error: unknown) => {
        rmSync(file, { force: true });
        const isExpected = [ImportError, ZipError, DatabaseError].some((k) => error instanceof k);
        if (!isExpected) this.#deps.onError(error);
        const error_message = error instanceof Error ? error.message : String(error);
        await this.#tell(importId, { state: "failed", error_message });
      })
      .catch(this.#deps.onError);
  }

  async #tell(importId: string, state: JSONObject): Promise<void> {
    await commitWrite(this.#deps.database, (tx) => {
      tx.system.replace(TABLE, importId, { state });
    });
  }
}

/** The import, as Convex's tools read it; null when there is none with that id. */
export function importState(tx: Transaction, importId: string): JSONObject | null {
  return rowsOf(tx).find(({ _id }) => _id === importId) ?? null;
}

export function importStates(tx: Transaction): JSONObject[] {
  return rowsOf(tx);
}

function rowsOf(tx: Transaction): StoredDocument[] {
  const source = { type: "FullTableScan", tableName: TABLE, order: "asc" } as const;
  const cursor = tx.system.openQuery({ source, operators: [] });
  const rows: StoredDocument[] = [];
  for (let row = cursor.next(); row !== null; row = cursor.next()) rows.push(row);
  return rows;
}
