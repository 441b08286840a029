/**
 * `npx convex export`, seen from the deployment: one export at a time, whose file is kept until the next one.
 * The state is a row, so that whoever waits for it is told.
 */
import { createReadStream, rmSync } from "node:fs";
import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";

import { commitWrite, readSnapshot } from "../functions/transactions/commitWrite.ts";
import type { Database } from "../store/database.ts";
import type { Transaction } from "../transaction/transaction.ts";
import { int64ToJson, type JSONObject, type StoredDocument } from "../values/jsonValue.ts";
import { writeSnapshot, type SnapshotSource } from "./writeSnapshot.ts";

const TABLE = "_exports";

export type ExportsDeps = SnapshotSource & {
  database: Database;
  /** Where the file is kept; made when missing. */
  directory: string;
  onError: (error: unknown) => void;
};

export class Exports {
  readonly #deps: ExportsDeps;
  readonly #closing = new AbortController();
  #running: Promise<void> | null = null;

  /** An export that a stopped engine left unfinished has failed. */
  static async open(deps: ExportsDeps): Promise<Exports> {
    await mkdir(deps.directory, { recursive: true });
    const latest = readSnapshot(deps.database, latestRow);
    const exports = new Exports(deps);
    if (latest !== null && !isOver(latest)) await exports.#tell({ state: "failed" });
    return exports;
  }

  private constructor(deps: ExportsDeps) {
    this.#deps = deps;
  }

  /** Begins an export; false if one is under way. Resolves when it has begun. */
  async request(includeStorage: boolean): Promise<boolean> {
    if (this.#running !== null) return false;
    const startTs = this.#deps.database.latestTs();
    const begun = this.#tell({ state: "requested" });
    this.#running = begun
      .then(() => this.#export(startTs, includeStorage))
      .catch(this.#deps.onError)
      .finally(() => (this.#running = null));
    await begun; // else whoever asks now would see how the last one ended
    return true;
  }

  /** The file of the export with that start, or null. */
  async read(startTs: string): Promise<{ size: number; stream: ReadableStream } | null> {
    const row = readSnapshot(this.#deps.database, latestRow);
    if (row?.["startTs"] !== startTs) return null;
    const path = this.#path(startTs);
    const { size } = await stat(path);
    return { size, stream: Readable.toWeb(createReadStream(path)) as ReadableStream };
  }

  /** Breaks off the export that is under way. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #export(startTs: number, includeStorage: boolean): Promise<void> {
    const name = String(BigInt(startTs) * 1_000n); // Convex counts nanoseconds
    try {
      await this.#tell({ state: "in_progress" });
      for (const old of await readdir(this.#deps.directory)) {
        rmSync(join(this.#deps.directory, old), { force: true });
      }
      const { signal } = this.#closing;
      await writeSnapshot(this.#deps, this.#path(name), { includeStorage, signal });
      const start = int64ToJson(BigInt(name));
      await this.#tell(
        { state: "completed", start_ts: start, complete_ts: start, zip_object_key: name },
        name,
      );
    } catch (error) {
      rmSync(this.#path(name), { force: true });
      this.#deps.onError(error);
      await this.#tell({ state: "failed" });
    }
  }

  #path(startTs: string): string {
    return join(this.#deps.directory, `${startTs}.zip`);
  }

  async #tell(state: JSONObject, startTs: string | null = null): Promise<void> {
    await commitWrite(this.#deps.database, (tx) => {
      const row = latestRow(tx);
      if (row === null) tx.system.insert(TABLE, { state, startTs });
      else tx.system.replace(TABLE, row._id, { state, startTs });
    });
  }
}

/** The state of the last export that was requested, as Convex's tools read it; null before the first. */
export function latestExport(tx: Transaction): JSONObject | null {
  return (latestRow(tx)?.["state"] ?? null) as JSONObject | null;
}

function latestRow(tx: Transaction): StoredDocument | null {
  const source = { type: "FullTableScan", tableName: TABLE, order: "desc" } as const;
  const cursor = tx.system.openQuery({ source, operators: [{ limit: 1 }] });
  try {
    return cursor.next();
  } finally {
    cursor.close();
  }
}

function isOver(row: StoredDocument): boolean {
  const { state } = row["state"] as { state: string };
  return state === "completed" || state === "failed";
}
