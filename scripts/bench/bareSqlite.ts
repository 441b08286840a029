/**
 * The SQLite work of a mutation with nothing around it. The statements are not written down here but
 * recorded: while the engine runs in this process, every statement with its parameters is noted, and then a
 * bare loop issues the same ones to a copy of the same file.
 *
 * The file is that of an engine that has been busy for as long as it keeps old versions: it holds them, and
 * every group removes those whose time is over, as in the engine that this is compared with.
 */
import { randomUUID } from "node:crypto";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { StatementSync, type SQLInputValue } from "node:sqlite";

import { openFile } from "../../src/embedded/store/databaseFile.ts";
import { DEFAULT_RETENTION_US } from "../../src/embedded/store/openDatabase.ts";
import { openInProcess } from "./inProcessEngine.ts";

/** How long the engine keeps old versions. */
export const RETENTION_MS = DEFAULT_RETENTION_US / 1_000;
const SEASONING_GROUP = 200;
const SESSIONS = 64;

type Method = "run" | "get" | "all";
type Execute = (this: StatementSync, ...values: SQLInputValue[]) => unknown;
type Issued = { sql: string; method: Method; values: SQLInputValue[] };

export type BareRun = {
  /** CPU of this process, user and system, fsync included. */
  cpuUsPerMutation: number;
  statementsPerMutation: number;
};

export type BareSqlite = {
  measure(options: { groups: number; groupSize: number }): Promise<BareRun>;
  close(): Promise<void>;
};

/**
 * @param dataDir a data folder of its own, in which mutations will run
 * @param mutation the call, by its number
 * @param oldVersions how many the file holds
 */
export async function openBareSqlite(
  dataDir: string,
  mutation: (i: number) => { path: string; args: [Record<string, string>] },
  oldVersions: number,
): Promise<BareSqlite> {
  let now = Date.now() * 1000;
  const engine = await openInProcess(dataDir, () => now);
  const sessions = Array.from({ length: SESSIONS }, () => randomUUID());
  let made = 0;
  const run = async (groups: number, groupSize: number): Promise<void> => {
    for (let group = 0; group < groups; group++) {
      now += (DEFAULT_RETENTION_US / oldVersions) * groupSize;
      const calls = Array.from({ length: groupSize }, () => made++);
      await Promise.all(
        calls.map((requestId) =>
          engine.runner.runMutation({
            ...mutation(requestId),
            identity: { kind: "none" },
            sessionRequest: { sessionId: sessions[requestId % SESSIONS] ?? "", requestId },
          }),
        ),
      );
    }
  };
  await run(Math.ceil(oldVersions / SEASONING_GROUP), SEASONING_GROUP);
  return {
    async measure({ groups, groupSize }) {
      const copy = `${dataDir}-replayed`;
      cpSync(dataDir, copy, { recursive: true }); // nothing is written meanwhile
      const issued = await recorded(() => run(groups, groupSize));
      const mutations = groups * groupSize;
      const cpuUs = replay(join(copy, "convex.sqlite3"), issued);
      rmSync(copy, { recursive: true });
      return {
        cpuUsPerMutation: cpuUs / mutations,
        statementsPerMutation: issued.length / mutations,
      };
    },
    close: () => engine.close(),
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
  const sqlite = openFile(file, { maxBytes: undefined, cacheBytes: undefined });
  sqlite.exec("PRAGMA synchronous = FULL");
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
