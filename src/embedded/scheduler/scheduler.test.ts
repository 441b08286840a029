import { expect, it } from "vitest";
import {
  ADMIN,
  errorOf,
  temporaryFolder,
  valueOf,
  writeProject,
} from "../../../test/support/testRuntime.ts";
import type { TestRuntime } from "../../../test/support/testRuntime.ts";
import { handClock, openScheduler, START } from "../../../test/support/testScheduler.ts";
import { bundleFunctions } from "../functions/build/bundle.ts";
import type { JSONValue } from "../values/jsonValue.ts";
import { CleanupLoop } from "./cleanupLoop.ts";

const DAY_MS = 86_400_000;

const schedule = async (
  { mutation }: TestRuntime,
  kind: "write" | "act",
  body: string,
  more: Record<string, JSONValue> = {},
) => valueOf(await mutation("jobs:schedule", { kind, body, delayMs: 1_000, ...more })) as string;

const bodies = async ({ query }: TestRuntime, channel = "jobs") =>
  (valueOf(await query("messages:list", { channel })) as { body: string }[]).map(
    ({ body }) => body,
  );

const stateOf = async ({ query }: TestRuntime, id: string) =>
  (valueOf(await query("jobs:status", { id })) as { state: JSONValue } | null)?.state;

it("[SC1] a job is there with its mutation, runs when it is due, and shows its state", async () => {
  const deployment = await openScheduler();
  const { clock, query } = deployment;
  const id = await schedule(deployment, "write", "later");
  expect(valueOf(await query("jobs:status", { id }))).toMatchObject({
    name: "jobs.js:write",
    args: [{ body: "later" }],
    scheduledTime: START + 1_000,
    state: { kind: "pending" },
  });
  await clock.moveTo(START + 999);
  expect(await bodies(deployment)).toEqual([]);
  await clock.moveTo(START + 1_000);
  expect(await bodies(deployment)).toEqual(["later"]);
  expect(valueOf(await query("jobs:status", { id }))).toMatchObject({
    state: { kind: "success" },
    completedTime: START + 1_000,
  });
});

it("[SC1] a mutation that throws schedules nothing", async () => {
  const deployment = await openScheduler();
  const args = { kind: "write", body: "never", delayMs: 0, fail: true };
  errorOf(await deployment.mutation("jobs:schedule", args));
  await deployment.clock.moveTo(START + 5_000);
  expect(await bodies(deployment)).toEqual([]);
});

it("[SC2] jobs run in the order of their times, not of their making", async () => {
  const deployment = await openScheduler();
  await schedule(deployment, "write", "third", { delayMs: 3_000 });
  await schedule(deployment, "write", "first", { delayMs: 1_000 });
  await schedule(deployment, "write", "second", { delayMs: 2_000 });
  await deployment.clock.moveTo(START + 3_000);
  expect(await bodies(deployment)).toEqual(["first", "second", "third"]);
});

it("[SC5] a function that throws fails its job, with the error, and undoes its writes", async () => {
  const deployment = await openScheduler();
  const mutation = await schedule(deployment, "write", "undone", { jobFails: true });
  const action = await schedule(deployment, "act", "kept", { jobFails: true });
  await deployment.clock.moveTo(START + 1_000);
  await expect.poll(() => stateOf(deployment, action)).toMatchObject({ kind: "failed" });
  expect(await stateOf(deployment, mutation)).toMatchObject({
    kind: "failed",
    error: expect.stringContaining("Uncaught Error: the job fails") as string,
  });
  expect(await bodies(deployment)).toEqual(["kept"]);
  expect(deployment.errors).toEqual([]);
});

it("[SC6] a canceled job does not run", async () => {
  const deployment = await openScheduler();
  const id = await schedule(deployment, "write", "canceled");
  valueOf(await deployment.mutation("jobs:cancel", { id }));
  await deployment.clock.moveTo(START + 2_000);
  expect(await stateOf(deployment, id)).toEqual({ kind: "canceled" });
  expect(await bodies(deployment)).toEqual([]);
});

it("[SC3] a pending mutation survives a restart and takes effect once", async () => {
  const dataDir = await temporaryFolder();
  const clock = handClock();
  const before = await openScheduler({ dataDir, clock });
  const id = await schedule(before, "write", "once");
  await before.scheduler.close();
  await before.close();
  const after = await openScheduler({ dataDir, clock });
  await clock.moveTo(START + 5_000);
  await expect.poll(() => stateOf(after, id)).toEqual({ kind: "success" });
  expect(await bodies(after)).toEqual(["once"]);
});

it("[SC4] an action that a crash interrupted has failed and is not started again", async () => {
  const dataDir = await temporaryFolder();
  const clock = handClock();
  const before = await openScheduler({ dataDir, clock });
  const id = await schedule(before, "act", "interrupted");
  const tx = before.database.begin("mutation");
  tx.system.patch("_scheduled_functions", id, { state: { kind: "inProgress" } });
  await before.database.commit(tx);
  await before.scheduler.close();
  await before.close();
  const after = await openScheduler({ dataDir, clock });
  await clock.moveTo(START + 5_000);
  expect(await stateOf(after, id)).toMatchObject({ kind: "failed" });
  expect(await bodies(after)).toEqual([]);
});

it("[SC7] what ended is forgotten after seven days", async () => {
  const deployment = await openScheduler();
  const id = await schedule(deployment, "write", "old");
  const ended = START + 1_000;
  await deployment.clock.moveTo(ended);
  expect(await stateOf(deployment, id)).toEqual({ kind: "success" });
  for (const [age, expected] of [
    [7 * DAY_MS, { kind: "success" }],
    [7 * DAY_MS + 1, undefined],
  ] as const) {
    const clock = { ...handClock(), now: () => ended + age };
    const onError = (error: unknown) => deployment.errors.push(error);
    const cleanup = new CleanupLoop({ database: deployment.database, clock, onError });
    cleanup.start();
    await cleanup.close();
    expect(await stateOf(deployment, id)).toEqual(expected);
  }
  expect(deployment.errors).toEqual([]);
});

it("[CR1] an interval job runs when it is deployed and then in its rhythm", async () => {
  const deployment = await openScheduler();
  await deployment.clock.moveTo(START + 60_000);
  expect(await bodies(deployment, "ticks")).toEqual(["tick", "tick", "tick"]);
});

it("[CR2] runs that were missed while the engine was away are skipped", async () => {
  const dataDir = await temporaryFolder();
  const clock = handClock();
  const before = await openScheduler({ dataDir, clock });
  await clock.moveTo(START + 1_000);
  await before.scheduler.close();
  await before.close();
  await clock.moveTo(START + 10 * 60_000 + 5_000);
  const after = await openScheduler({ dataDir, clock });
  await clock.moveTo(START + 10 * 60_000 + 6_000);
  // The first one, and one for all that were missed.
  await expect.poll(() => bodies(after, "ticks")).toHaveLength(2);
  await clock.moveTo(START + 10 * 60_000 + 30_000);
  await expect.poll(() => bodies(after, "ticks")).toHaveLength(3); // the rhythm is that of before
});

it("[CR5] a clock put back by days silences no cron job, and one put back by seconds repeats none", async () => {
  const { clock, ...deployment } = await openScheduler();
  await clock.moveTo(START + 1_000);
  clock.put(START - 10 * DAY_MS);
  await clock.moveTo(START - 10 * DAY_MS + 60_000);
  const ticks = (await bodies(deployment, "ticks")).length;
  expect(ticks).toBeGreaterThan(1);
  clock.put(clock.now() - 5_000);
  await clock.moveTo(clock.now() + 5_000);
  expect(await bodies(deployment, "ticks")).toHaveLength(ticks);
});

it("[CR3] a cron job that new code has dropped does not run", async () => {
  const deployment = await openScheduler();
  await deployment.clock.moveTo(START + 1_000);
  const source =
    'import { queryGeneric } from "convex/server"; export const x = queryGeneric(async () => 1);';
  const functionsDir = await writeProject({ "x.ts": source });
  await deployment.runner.load(await bundleFunctions({ functionsDir }));
  await deployment.clock.moveTo(START + 120_000);
  const tx = deployment.database.begin("query");
  expect(tx.count("messages")).toBe(1);
  tx.close();
  expect(deployment.errors).toEqual([]);
});

it("[SC8] a job whose function is gone fails by name", async () => {
  const deployment = await openScheduler();
  const id = await schedule(deployment, "write", "x");
  const source = `
    import { queryGeneric as query } from "convex/server";
    import { v } from "convex/values";
    export const status = query({ args: { id: v.id("_scheduled_functions") },
      handler: async (ctx, { id }) => await ctx.db.system.get(id) });`;
  const functionsDir = await writeProject({ "jobs.ts": source });
  await deployment.runner.load(await bundleFunctions({ functionsDir }));
  await deployment.clock.moveTo(START + 2_000);
  const state = valueOf(await deployment.query("jobs:status", { id }, ADMIN));
  expect(state).toMatchObject({
    state: { kind: "failed", error: expect.stringContaining("jobs:write") as string },
  });
});

it.each([
  ["a name of other letters", 'crons.hourly("täglich", { minuteUTC: 1 }, "jobs:run");', /ASCII/],
  ["an expression of six fields", 'crons.cron("often", "* * * * * *", "jobs:run");', /five fields/],
])("[CR6] %s is refused with its code", async (_, cron, reason) => {
  const folder = await writeProject({
    "jobs.ts": `
      import { mutationGeneric as mutation } from "convex/server";
      export const run = mutation({ handler: () => null });`,
    "crons.ts": `
      import { cronJobs } from "convex/server";
      const crons = cronJobs();
      ${cron.replace('"jobs:run"', '"jobs:run" as never')}
      export default crons;`,
  });
  const { runner } = await openScheduler();
  await expect(bundleFunctions({ functionsDir: folder }).then(runner.load)).rejects.toThrow(reason);
});
