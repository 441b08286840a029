/**
 * Where the key ring is kept: `keys.json` in the data folder (mode 0600, made at the first start), or
 * what LECTERN_KEYS gives, which several companions share: a file's path, or the ring's JSON itself.
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
import { dirname, join } from "node:path";
import { makeKeyRing, parseKeyRing } from "./keyRing.ts";
import type { KeyRing } from "./keyRing.ts";

export interface KeySource {
  /** LECTERN_KEYS. */
  readonly keys: string | undefined;
  readonly dataDir: string;
}

/** The file that holds the ring, or undefined where LECTERN_KEYS is the ring. */
export function keyFilePath({ keys, dataDir }: KeySource): string | undefined {
  if (keys === undefined) return join(dataDir, "keys.json");
  return keys.startsWith("{") ? undefined : keys;
}

/**
 * The ring of `source`; the data folder gets a new one if it has none. A file that LECTERN_KEYS names
 * is never made silently: every companion would make its own.
 * @throws Error that names the variable or file at fault
 */
export function loadKeyRing(source: KeySource): KeyRing {
  const path = keyFilePath(source);
  if (path === undefined) return parseNamed("LECTERN_KEYS", source.keys ?? "");
  const text = readIfThere(path);
  if (text !== undefined) return parseNamed(path, text);
  if (source.keys === undefined) return parseNamed(path, createOnce(path));
  throw new Error(
    `LECTERN_KEYS names ${path}, which does not exist: \`npm run keys -- make\` makes it`,
  );
}

/** Makes the file with a new ring. @throws Error if it is there already */
export function makeKeyFile(path: string): void {
  if (readIfThere(path) !== undefined) throw new Error(`${path} holds keys already`);
  createOnce(path);
}

/** Replaces the file; a reader sees the old ring or the new one, never a half. */
export function saveKeyRing(path: string, ring: KeyRing): void {
  renameSync(writeTemporary(path, ring), path);
}

/** Two companions that start at once in one folder must agree: whoever links first has made it. */
function createOnce(path: string): string {
  const temporary = writeTemporary(path, makeKeyRing());
  try {
    linkSync(temporary, path);
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
  } finally {
    rmSync(temporary);
  }
  return readFileSync(path, "utf8");
}

function writeTemporary(path: string, ring: KeyRing): string {
  mkdirSync(dirname(path), { recursive: true });
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
