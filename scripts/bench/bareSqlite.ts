/**
 * The SQLite work of a mutation with nothing around it. The statements are not written down here but
 * recorded: while the engine runs in this process, every statement with its parameters is noted, and then a
 * bare loop issues the same ones to a copy of the same file.
 */
import { randomUUID } from "node:crypto";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, StatementSync, type SQLInputValue } from "node:sqlite";

import { openInProcess } from "./inProcessEngine.ts";

type Method = "run" | "get" | "all";
type Execute = (this: StatementSync, ...values: SQLInputValue[]) => unknown;
type Issued = { sql: string; method: Method; values: SQLInputValue[] };

export type BareRun = {
  /** CPU of this process, user and system, fsync included. */
  cpuUsPerMutation: number;
  statementsPerMutation: number;
  /** Folders that were made for it. */
  copies: string[];
};

/**
 * @param dataDir a data folder that no engine has open; it is left as it is
 * @param mutation the call, by its number
 */
export async function bareSqlite(
  dataDir: string,
  mutation: (i: number) => { path: string; args: [Record<string, string>] },
  { groups, groupSize }: { groups: number; groupSize: number },
): Promise<BareRun> {
  const [recordedDir, replayedDir] = [`${dataDir}-recorded`, `${dataDir}-replayed`];
  cpSync(dataDir, recordedDir, { recursive: true });
  const engine = await openInProcess(recordedDir);
  cpSync(recordedDir, replayedDir, { recursive: true }); // with whatever opening it has changed
  const sessionId = randomUUID();
  const issued = await recorded(async () => {
    for (let group = 0; group < groups; group++) {
      const calls = Array.from({ length: groupSize }, (_, i) => group * groupSize + i);
      await Promise.all(
        calls.map((requestId) =>
          engine.runner.runMutation({
            ...mutation(requestId),
            identity: { kind: "none" },
            sessionRequest: { sessionId, requestId },
          }),
        ),
      );
    }
  });
  await engine.close();
  const mutations = groups * groupSize;
  return {
    cpuUsPerMutation: replay(join(replayedDir, "convex.sqlite3"), issued) / mutations,
    statementsPerMutation: issued.length / mutations,
    copies: [recordedDir, replayedDir],
  };
}

/** Every statement that is issued while the work runs. */
async function recorded(work: () => Promise<void>): Promise<Issued[]> {
  const issued: Issued[] = [];
  const methods = ["run", "get", "all"] as const;
  const prototype = StatementSync.prototype as unknown as Record<Method, Execute>;
  const originals = methods.map((method) => prototype[method]);
  methods.forEach((method, i) => {
    const original = originals[i];
    Object.assign(StatementSync.prototype, {
      [method](this: StatementSync, ...values: SQLInputValue[]) {
        issued.push({ sql: this.sourceSQL, method, values });
        return original?.apply(this, values);
      },
    });
  });
  try {
    await work();
  } finally {
    methods.forEach((method, i) =>
      Object.assign(StatementSync.prototype, { [method]: originals[i] }),
    );
  }
  return issued;
}

/** Returns CPU in microseconds. */
function replay(file: string, issued: readonly Issued[]): number {
  const sqlite = new DatabaseSync(file);
  sqlite.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  sqlite.exec("PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 8000");
  const prepared = new Map<string, StatementSync>();
  for (const { sql } of issued) {
    if (!prepared.has(sql)) prepared.set(sql, sqlite.prepare(sql));
  }
  const startedAt = process.cpuUsage();
  for (const { sql, method, values } of issued) prepared.get(sql)?.[method](...values);
  const { user, system } = process.cpuUsage(startedAt);
  sqlite.close();
  return user + system;
}
