/**
 * The name under which this companion holds leases on turns. The same after a restart, so that it
 * finds what it left behind; another on another port, so that two on one folder do not take each
 * other's turns for their own.
 */
import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export function readCompanionId(dataDir: string, port: number): string {
  const path = join(dataDir, "companion-id");
  mkdirSync(dataDir, { recursive: true });
  try {
    writeFileSync(path, randomUUID(), { flag: "wx" });
  } catch (error) {
    const isThere = error instanceof Error && "code" in error && error.code === "EEXIST";
    if (!isThere) throw error;
  }
  return `${readFileSync(path, "utf8").trim()}:${port}`;
}
