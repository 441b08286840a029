/**
 * The data folder of a deployment: made if missing, held by one engine at a time, home of the admin key.
 *
 * The lock is a SQLite transaction that is never committed. The operating system drops it with the
 * process, however that ends, so a `kill -9` leaves nothing stale behind and a recycled process id fools nobody.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { generateAdminKey } from "../auth/adminKey.ts";
import { EmbeddedConvexError } from "../embeddedConvexError.ts";

export type DataFolder = {
  /** Absolute. */
  readonly path: string;
  /** The stored admin key, made at first use, and where it lies. */
  adminKey(instanceName: string): StoredAdminKey;
  /** Lets others have the folder; a temporary one is removed. */
  release(): void;
};

export type StoredAdminKey = { key: string; file: string; isNew: boolean };

/**
 * @param dataDir `:memory:` for a temporary folder that goes away with `release`
 * @throws EmbeddedConvexError DATA_DIR_LOCKED, DATA_DIR_UNUSABLE
 */
export function openDataFolder(dataDir: string): DataFolder {
  const isTemporary = dataDir === ":memory:";
  const path = isTemporary ? mkdtempSync(join(tmpdir(), "embedded-convex-")) : resolve(dataDir);
  const lock = lockFolder(path);
  return {
    path,
    adminKey: (instanceName) => storedAdminKey(join(path, "admin-key"), instanceName),
    release() {
      lock.close();
      if (isTemporary) rmSync(path, { recursive: true, force: true });
    },
  };
}

function lockFolder(path: string): DatabaseSync {
  let lock: DatabaseSync | null = null;
  try {
    mkdirSync(path, { recursive: true });
    lock = new DatabaseSync(join(path, "lock.sqlite3"), { timeout: 0 });
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch (cause) {
    lock?.close();
    const message = cause instanceof Error ? cause.message : String(cause);
    if (message.includes("database is locked")) {
      throw new EmbeddedConvexError(
        "DATA_DIR_LOCKED",
        `Another engine is using the data folder ${path}`,
      );
    }
    throw new EmbeddedConvexError(
      "DATA_DIR_UNUSABLE",
      `Cannot use the data folder ${path}: ${message}`,
      { cause },
    );
  }
}

function storedAdminKey(file: string, instanceName: string): StoredAdminKey {
  try {
    return { key: readFileSync(file, "utf8").trim(), file, isNew: false };
  } catch {
    const key = generateAdminKey(instanceName);
    writeFileSync(file, `${key}\n`, { mode: 0o600 });
    return { key, file, isNew: true };
  }
}
