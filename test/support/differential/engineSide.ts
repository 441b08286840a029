/**
 * The engine in this process, without sockets: one runtime with the interpreter loaded, and under it a
 * fresh database in memory for each program, since loading code takes longer than running it.
 */
import { fileURLToPath } from "node:url";
import type { GenericSchema, SchemaDefinition } from "convex/server";
import { convexToJson, jsonToConvex, type Value } from "convex/values";
import { bundleFunctions } from "../../../src/embedded/functions/build/bundle.ts";
import {
  createFunctionRunner,
  type FunctionRunner,
} from "../../../src/embedded/functions/functionRunner.ts";
import { openSigningKey } from "../../../src/embedded/functions/signingKey.ts";
import { JobLoop } from "../../../src/embedded/scheduler/jobLoop.ts";
import { pendingJobs } from "../../../src/embedded/scheduler/scheduledJobs.ts";
import { parseSchema } from "../../../src/embedded/schema/schema.ts";
import { openFileStore } from "../../../src/embedded/storage/fileStore.ts";
import type { Database } from "../../../src/embedded/store/database.ts";
import { openDatabase } from "../../../src/embedded/store/openDatabase.ts";
import type { Transaction } from "../../../src/embedded/transaction/transaction.ts";
import type { CallKind, Outcome, Side } from "./side.ts";

const FUNCTIONS = fileURLToPath(
  new URL("../../fixtures/convex-projects/differential/convex", import.meta.url),
);
const NOBODY = { kind: "none" } as const;

export interface DifferentialEngine {
  open(schema: SchemaDefinition<GenericSchema, boolean>): Promise<Side>;
  close(): Promise<void>;
}

/** @param spoil changes each transaction as it begins: a bug planted on purpose */
export async function startDifferentialEngine(
  spoil: (tx: Transaction) => void = () => undefined,
): Promise<DifferentialEngine> {
  const base = openDatabase({ path: ":memory:" });
  let current = base;
  const database = delegate(() => current, spoil);
  const files = await openFileStore({
    directory: null,
    database: base,
    cloudUrl: "http://cloud.test",
  });
  const runner = createFunctionRunner({
    database,
    files,
    environment: {},
    cloudUrl: "http://cloud.test",
    siteUrl: "http://site.test",
    instanceName: "test",
    signingKey: openSigningKey(null),
    log: () => undefined,
  });
  await runner.load(await bundleFunctions({ functionsDir: FUNCTIONS }));
  const run = (kind: CallKind, path: string, args: Record<string, Value>) => {
    const call = { path, args: [convexToJson(args)], identity: NOBODY };
    if (kind === "query") return runner.runQuery(call);
    return kind === "mutation" ? runner.runMutation(call) : runner.runAction(call);
  };
  return {
    async open(schema) {
      const fresh = openDatabase({ path: ":memory:", random: countingIds() });
      const parsed = parseSchema((schema as unknown as { export(): string }).export());
      await fresh.applySchema(parsed, new Map([["child", parsed]]));
      current = fresh;
      return {
        async call(kind, path, args): Promise<Outcome> {
          const outcome = await run(kind, path, args);
          if (outcome.ok) return { kind: "returned", value: jsonToConvex(outcome.value) };
          const data = outcome.errorData === undefined ? null : jsonToConvex(outcome.errorData);
          return { kind: "threw", message: outcome.errorMessage, data };
        },
        async finishJobs() {
          for (;;) {
            const tx = fresh.begin("query");
            const [next] = pendingJobs(tx, 1);
            tx.close();
            if (next === undefined) return;
            await runDue(fresh, runner, next.scheduledTime);
          }
        },
        close: () => fresh.close(),
      };
    },
    async close() {
      await runner.close(0);
      await files.close();
      await base.close();
    },
  };
}

/** Runs what is due at that moment (ms since epoch) to its end. */
async function runDue(database: Database, runner: FunctionRunner, now: number): Promise<void> {
  const jobs = new JobLoop({
    database,
    runner,
    clock: { now: () => now, after: () => () => undefined },
    onError: (error) => {
      throw error;
    },
  });
  await jobs.start();
  await jobs.close();
}

/** The database that is current at the moment of each call. */
function delegate(current: () => Database, spoil: (tx: Transaction) => void): Database {
  return new Proxy({} as Database, {
    get(_, name: keyof Database) {
      const database = current();
      if (name !== "begin") return database[name].bind(database);
      return (...args: Parameters<Database["begin"]>) => {
        const tx = database.begin(...args);
        spoil(tx);
        return tx;
      };
    },
  });
}

/** Ids that ascend as documents are made, as those of `convex-test` do, so that `by_id` is comparable. */
function countingIds(): () => Uint8Array {
  let made = 0;
  return () => {
    const bytes = Buffer.alloc(16);
    bytes.writeUInt32BE(++made, 12);
    return bytes;
  };
}
