/**
 * The fixture project `official`, which installs Convex's official components unmodified, at work with
 * its scheduler. Starting it costs seconds (the bundle), so the tests of a file share one, each with
 * topics and keys of its own.
 */
import { afterAll, beforeAll } from "vitest";
import { realClock } from "../../src/embedded/scheduler/alarm.ts";
import { startScheduler } from "../../src/embedded/scheduler/scheduler.ts";
import type { JSONValue } from "../../src/embedded/values/jsonValue.ts";
import { errorOf, fixtureBundle, openTestRuntime, valueOf } from "./testRuntime.ts";
import type { TestRuntime } from "./testRuntime.ts";

export interface OfficialComponents {
  readonly runtime: TestRuntime;
  /** Each throws what the function threw. */
  readonly query: (path: string, args?: JSONValue) => Promise<JSONValue>;
  readonly mutation: (path: string, args?: JSONValue) => Promise<JSONValue>;
  readonly action: (path: string, args?: JSONValue) => Promise<JSONValue>;
  /** What the functions of a topic noted, in order. */
  readonly notes: (topic: string) => Promise<JSONValue>;
  /** The message of a mutation that must fail. */
  readonly mutationError: (path: string, args?: JSONValue) => Promise<string>;
  readonly close: () => Promise<void>;
}

/**
 * @param options.dataDir for a deployment that is opened again; in memory without
 * @param options.aheadMs how far the clock is put forward
 */
export async function openOfficialComponents(
  options: { readonly dataDir?: string; readonly aheadMs?: number } = {},
): Promise<OfficialComponents> {
  const { aheadMs = 0, ...rest } = options;
  const now = () => Date.now() + aheadMs;
  const runtime = await openTestRuntime({
    ...rest,
    now,
    bundle: await fixtureBundle("official"),
    closedBy: "caller",
  });
  const { database, runner } = runtime;
  const scheduler = await startScheduler({
    database,
    runner,
    clock: { ...realClock, now },
    onError: (error) => {
      throw error;
    },
  });
  const query = async (path: string, args?: JSONValue) => valueOf(await runtime.query(path, args));
  return {
    runtime,
    query,
    mutation: async (path, args) => valueOf(await runtime.mutation(path, args)),
    action: async (path, args) => valueOf(await runtime.action(path, args)),
    notes: (topic) => query("notes:list", { topic }),
    mutationError: async (path, args) => errorOf(await runtime.mutation(path, args)),
    async close() {
      await scheduler.close();
      await runtime.close();
    },
  };
}

/** One for all tests of the file, from the first to the last. */
export function sharedOfficialComponents(): () => OfficialComponents {
  let opened: OfficialComponents | undefined;
  beforeAll(async () => {
    opened = await openOfficialComponents();
  });
  afterAll(() => opened?.close());
  return () => {
    if (opened === undefined) throw new Error("the components are there from the first test on");
    return opened;
  };
}
