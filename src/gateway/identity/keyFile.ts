/**
 * Where the key ring is kept: `keys.json` in the data folder (mode 0600, made at the first start),
 * or the variable LECTERN_KEYS, which several companions share and which is never written to.
 */
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { makeKeyRing, parseKeyRing } from "./keyRing.ts";
import type { KeyRing } from "./keyRing.ts";

export const keyFilePath = (dataDir: string) => join(dataDir, "keys.json");

/**
 * The ring that LECTERN_KEYS gives (its JSON, or the path of a file that holds it), else that of the
 * data folder, else a new one, saved there.
 * @throws Error that names the variable or file at fault
 */
export function loadKeyRing(source: { keys: string | undefined; dataDir: string }): KeyRing {
  const { keys, dataDir } = source;
  if (keys?.startsWith("{") === true) return parseNamed("LECTERN_KEYS", keys);
  if (keys !== undefined) {
    const text = readIfThere(keys);
    if (text === undefined) throw new Error(`LECTERN_KEYS names ${keys}, which does not exist`);
    return parseNamed(keys, text);
  }
  const path = keyFilePath(dataDir);
  const text = readIfThere(path) ?? createOnce(path, dataDir);
  return parseNamed(path, text);
}

/** Replaces the ring of the data folder; a reader sees the old or the new one, never a half. */
export function saveKeyRing(dataDir: string, ring: KeyRing): void {
  const path = keyFilePath(dataDir);
  renameSync(writeTemporary(path, dataDir, ring), path);
}

/** Two companions that start at once in one folder must agree: whoever links first has made it. */
function createOnce(path: string, dataDir: string): string {
  const temporary = writeTemporary(path, dataDir, makeKeyRing());
  try {
    linkSync(temporary, path);
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
  } finally {
    rmSync(temporary);
  }
  return readFileSync(path, "utf8");
}

function writeTemporary(path: string, dataDir: string, ring: KeyRing): string {
  mkdirSync(dataDir, { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(ring, null, 2)}\n`, { mode: 0o600, flush: true });
  chmodSync(temporary, 0o600); // a left-over file keeps its old mode when written to
  return temporary;
}

function parseNamed(name: string, text: string): KeyRing {
  try {
    return parseKeyRing(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${name} holds no usable keys: ${reason}`, { cause: error });
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw new Error(`the keys in ${path} cannot be read: ${String(error)}`, { cause: error });
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
