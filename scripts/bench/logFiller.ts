/**
 * Writes into a data folder until the write-ahead log is nearly as large as it may be, and dies on the spot, as by
 * `kill -9`: the log is left to whoever opens the folder next.
 *
 *   node scripts/bench/logFiller.ts FOLDER
 */
import { statSync } from "node:fs";
import { join } from "node:path";

import { LOG_BYTES } from "../../src/embedded/store/databaseFile.ts";
import { openInProcess } from "./inProcessEngine.ts";

const STEP = 100; // documents a transaction
const FULL_BYTES = 0.98 * LOG_BYTES; // at all of it, it would be moved into the file
const KEYS = 1e9; // at random over all of the index, as real keys are

const folder = process.argv[2] ?? "";
const log = join(folder, "convex.sqlite3-wal");
const { database } = await openInProcess(folder);
while (statSync(log).size < FULL_BYTES) {
  const tx = database.begin("mutation");
  for (let i = 0; i < STEP; i++) {
    const key = Math.floor(Math.random() * KEYS);
    tx.insert("documents", { key, group: `group ${key % 10}`, text: "written before the end" });
  }
  await database.commit(tx);
}
process.kill(process.pid, "SIGKILL");
