/** Data folders with so many documents, filled through the store itself, and removed at the end. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { openInProcess } from "./inProcessEngine.ts";

const LOG_FILLER = fileURLToPath(new URL("./logFiller.ts", import.meta.url));
const STEP = 2_000; // documents a transaction
const TEXT = "a document of about two hundred bytes, as chat messages and log lines are. ".repeat(
  2,
);

const made: string[] = [];
const filled = new Map<number, string>();
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

/** One folder for each size, each holding the documents with the keys from 0; made once a run. @param sizes ascending */
export async function filledFolders(sizes: readonly number[]): Promise<Map<number, string>> {
  for (const size of sizes) {
    if (filled.has(size)) continue;
    const smaller = [...filled.keys()].filter((other) => other < size);
    const from = Math.max(0, ...smaller);
    const folder = from === 0 ? emptyFolder() : copyOf(filled.get(from) ?? "");
    await fill(folder, from, size);
    filled.set(size, folder);
  }
  return new Map(sizes.map((size) => [size, filled.get(size) ?? ""]));
}

/** A copy of the folder, as an engine left it that was killed when its log was full. */
export async function killedWithFullLog(folder: string): Promise<string> {
  const copy = copyOf(folder);
  await once(fork(LOG_FILLER, [copy]), "exit");
  return copy;
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
