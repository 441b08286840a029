/** Data folders with so many documents, filled through the store itself, and removed at the end. */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openInProcess } from "./inProcessEngine.ts";

const STEP = 2_000; // documents a transaction
const TEXT = "a document of about two hundred bytes, as chat messages and log lines are. ".repeat(
  2,
);

const made: string[] = [];
process.once("exit", () => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "embedded-bench-"));
  made.push(folder);
  return folder;
}

export function copyOf(folder: string): string {
  const copy = emptyFolder();
  cpSync(folder, copy, { recursive: true });
  return copy;
}

/** One folder for each size, each holding the documents with the keys from 0. @param sizes ascending */
export async function filledFolders(sizes: readonly number[]): Promise<Map<number, string>> {
  const folders = new Map<number, string>();
  let folder = emptyFolder();
  let filled = 0;
  for (const size of sizes) {
    if (filled > 0) folder = copyOf(folder);
    await fill(folder, filled, size);
    folders.set((filled = size), folder);
  }
  return folders;
}

async function fill(folder: string, from: number, to: number): Promise<void> {
  const engine = await openInProcess(folder);
  for (let start = from; start < to; start += STEP) {
    const tx = engine.database.begin("mutation");
    for (let key = start; key < Math.min(start + STEP, to); key++) {
      tx.insert("documents", { key, group: `group ${key % 10}`, text: TEXT });
    }
    await engine.database.commit(tx);
  }
  await engine.close();
}
