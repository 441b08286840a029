/**
 * Components that have work done later: the pools, the workflows, the retrier, crons and migrations.
 * Most of the time is waiting, so the tests run at once but for those with an engine of their own.
 */
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it, onTestFinished } from "vitest";
import type { JSONValue } from "../../../src/embedded/values/jsonValue.ts";
import {
  openOfficialComponents,
  sharedOfficialComponents,
} from "../../support/officialComponents.ts";
import { ADMIN, temporaryFolder, valueOf } from "../../support/testRuntime.ts";

const components = sharedOfficialComponents();

function copyWhileOpen(from: string, to: string): void {
  const file = new DatabaseSync(path.join(from, "convex.sqlite3"));
  file.prepare("VACUUM INTO ?").run(path.join(to, "convex.sqlite3"));
  file.close();
}

it.concurrent(
  "[OC1] workpool: no more run at once than the pool allows, and all run",
  async ({ expect }) => {
    const { mutation, notes } = components();
    await mutation("workpools:enqueueTogether", { topic: "together", count: 6 });
    await expect.poll(() => notes("together")).toHaveLength(12);
    let running = 0;
    const counts = ((await notes("together")) as number[]).map((change) => (running += change));
    expect(Math.max(...counts)).toBe(2);
  },
);

it.concurrent(
  "[OC1] workpool: the end of a mutation is told, well or badly",
  async ({ expect }) => {
    const { mutation, notes, query } = components();
    const id = await mutation("workpools:enqueueMutation", { topic: "well", fails: false });
    await mutation("workpools:enqueueMutation", { topic: "badly", fails: true });
    await expect
      .poll(() => notes("well"))
      .toEqual(["ran", { kind: "success", returnValue: "done" }]);
    // What it wrote before it failed is undone.
    await expect
      .poll(() => notes("badly"))
      .toEqual([{ kind: "failed", error: expect.stringContaining("a mutation that fails") }]);
    await expect.poll(() => query("workpools:status", { id })).toEqual({ state: "finished" });
  },
);

it.concurrent(
  "[OC1] workpool: an action that fails is tried again, up to the limit or a final failure",
  async ({ expect }) => {
    const { mutation, notes } = components();
    await mutation("workpools:enqueueFlaky", { topic: "flaky", failures: 2, isFinal: false });
    await mutation("workpools:enqueueFlaky", { topic: "hopeless", failures: 9, isFinal: false });
    await mutation("workpools:enqueueFlaky", { topic: "final", failures: 9, isFinal: true });
    await expect
      .poll(() => notes("flaky"))
      .toEqual([
        "attempt",
        "attempt",
        "attempt",
        { kind: "success", returnValue: "attempt 3 worked" },
      ]);
    await expect
      .poll(() => notes("hopeless"))
      .toMatchObject(["attempt", "attempt", "attempt", { kind: "failed" }]);
    await expect.poll(() => notes("final")).toMatchObject(["attempt", { kind: "failed" }]);
  },
);

it.concurrent(
  "[OC1] workpool: work that is cancelled while it waits never runs",
  async ({ expect }) => {
    const { mutation, notes, query } = components();
    const later = { topic: "cancelled", fails: false, runAfter: 3_600_000 };
    const id = await mutation("workpools:enqueueMutation", later);
    expect(await query("workpools:status", { id })).toEqual({
      state: "pending",
      previousAttempts: 0,
    });
    await mutation("workpools:cancel", { id });
    await expect.poll(() => notes("cancelled")).toEqual([{ kind: "canceled" }]);
  },
);

it.concurrent(
  "[OC4] workflow: steps run in order, some at once, and their results lead to its own",
  async ({ expect }) => {
    const { mutation, notes, query } = components();
    const workflowId = await mutation("workflows:begin", { name: "steps", topic: "steps" });
    await expect
      .poll(() => notes("steps ended"))
      .toEqual([{ kind: "success", returnValue: [2, 4] }]);
    expect(await notes("steps")).toEqual([[2, 4], "in line"]);
    expect(await query("workflows:status", { workflowId })).toEqual({
      type: "completed",
      result: [2, 4],
    });
    expect(await query("workflows:stepNames", { workflowId })).toEqual([
      "workflows:countNotes",
      "workflows:double",
      "workflows:double",
      "sleep",
      "notes:add",
      "notes:add",
    ]);
  },
);

it.concurrent("[OC4] workflow: a workflow is a step of another", async ({ expect }) => {
  const { mutation, notes } = components();
  await mutation("workflows:begin", { name: "parent", topic: "parent" });
  await expect
    .poll(() => notes("parent ended"))
    .toEqual([{ kind: "success", returnValue: [2, 4] }]);
});

it.concurrent(
  "[OC4] workflow: a step is tried again, and its failure can be caught",
  async ({ expect }) => {
    const { mutation, notes } = components();
    await mutation("workflows:begin", { name: "retrying", topic: "retrying" });
    await expect
      .poll(() => notes("retrying ended"))
      .toEqual([{ kind: "success", returnValue: "attempt 3 worked, then caught" }]);
  },
);

it.concurrent(
  "[OC4] workflow: one that failed can be run again from a step",
  async ({ expect }) => {
    const { mutation, notes, query } = components();
    const workflowId = await mutation("workflows:begin", { name: "picky", topic: "picky" });
    await expect.poll(() => notes("picky ended")).toMatchObject([{ kind: "failed" }]);
    expect(await query("workflows:status", { workflowId })).toMatchObject({
      type: "failed",
      error: expect.stringContaining("a workflow that fails"),
    });
    await mutation("workflows:begin", { name: "steps", topic: "picky" });
    await expect.poll(() => notes("picky ended")).toHaveLength(2);
    await mutation("workflows:restart", { workflowId });
    await expect
      .poll(() => query("workflows:status", { workflowId }))
      .toEqual({ type: "completed", result: 2 });
  },
);

it.concurrent(
  "[OC4] workflow: one that waits for an event can be cancelled and does nothing more",
  async ({ expect }) => {
    const { mutation, notes, query } = components();
    const workflowId = await mutation("workflows:begin", { name: "approved", topic: "cancelled" });
    await expect.poll(() => notes("cancelled")).toContain("asked");
    await mutation("workflows:cancel", { workflowId });
    await expect.poll(() => notes("cancelled ended")).toEqual([{ kind: "canceled" }]);
    expect(await query("workflows:status", { workflowId })).toEqual({ type: "canceled" });
  },
);

it.concurrent(
  "[OC5] action-retrier: an action is tried again until it works, or as often as allowed",
  async ({ expect }) => {
    const { mutation, mutationError, notes, query } = components();
    const worked = await mutation("retriedActions:run", { topic: "worked", failures: 2 });
    const gaveUp = await mutation("retriedActions:run", { topic: "gave up", failures: 9 });
    const success = { type: "success", returnValue: "attempt 3 worked" };
    await expect.poll(() => notes(worked as string)).toEqual([success]);
    expect(await query("retriedActions:status", { runId: worked })).toEqual({
      type: "completed",
      result: success,
    });
    await expect.poll(() => notes(gaveUp as string)).toMatchObject([{ type: "failed" }]);
    expect(await notes("gave up")).toHaveLength(3);
    await mutation("retriedActions:cleanup", { runId: worked });
    expect(await mutationError("retriedActions:cleanup", { runId: worked })).toMatch(/not found/);
  },
);

it.concurrent(
  "[OC5] action-retrier: a run that is cancelled before it begins never runs",
  async ({ expect }) => {
    const { mutation, notes, query } = components();
    const later = { topic: "never", failures: 0, runAfter: 3_600_000 };
    const runId = (await mutation("retriedActions:run", later)) as string;
    expect(await query("retriedActions:status", { runId })).toEqual({ type: "inProgress" });
    await mutation("retriedActions:cancel", { runId });
    await expect.poll(() => notes(runId)).toEqual([{ type: "canceled" }]);
    expect(await notes("never")).toEqual([]);
  },
);

it.concurrent(
  "[OC6] crons: jobs registered while the app runs run on schedule until they are deleted",
  async ({ expect }) => {
    const { mutation, mutationError, notes, query } = components();
    const often = { name: "often", schedule: { kind: "interval", ms: 1_000 } };
    const nightly = { name: "nightly", schedule: { kind: "cron", cronspec: "0 3 * * *" } };
    await mutation("registeredCrons:register", often);
    await mutation("registeredCrons:register", nightly);
    expect(await query("registeredCrons:list")).toMatchObject([often, nightly]);
    expect(await mutationError("registeredCrons:register", often)).toMatch(/already exists/);
    await expect.poll(() => notes("often")).toContain("ran");
    await mutation("registeredCrons:remove", { name: "often" });
    expect(await query("registeredCrons:exists", { name: "often" })).toBe(false);
    expect(await query("registeredCrons:exists", { name: "nightly" })).toBe(true);
  },
);

it("[OC1] workpool: work that a crash interrupted is found and tried again", async () => {
  const [dataDir, crashed] = [await temporaryFolder(), await temporaryFolder()];
  const before = await openOfficialComponents({ dataDir });
  await before.mutation("workpools:enqueueInterrupted", { topic: "crash" });
  await expect.poll(() => before.notes("crash")).toEqual(["attempt"]);
  copyWhileOpen(dataDir, crashed); // what a machine that stops now leaves behind
  await before.mutation("notes:letGoOn", { topic: "go on" });
  await before.close();
  const after = await openOfficialComponents({ dataDir: crashed, aheadMs: 600_000 });
  onTestFinished(after.close);
  await expect
    .poll(() => after.notes("crash"))
    .toEqual(["attempt", "attempt", { kind: "success", returnValue: "attempt 2 worked" }]);
});

it("[OC4] workflow: one that waits for an event goes on with it in another life of the engine", async () => {
  const dataDir = await temporaryFolder();
  const before = await openOfficialComponents({ dataDir });
  const begin = { name: "approved", topic: "restart" };
  const workflowId = await before.mutation("workflows:begin", begin);
  await expect.poll(() => before.notes("restart")).toEqual(["asked"]);
  await before.close();
  const after = await openOfficialComponents({ dataDir });
  onTestFinished(after.close);
  await after.mutation("workflows:approve", { workflowId, by: "ada" });
  await expect
    .poll(() => after.notes("restart ended"))
    .toEqual([{ kind: "success", returnValue: "ada" }]);
  expect(await after.notes("restart")).toEqual(["asked", "approved by ada"]);
});

it("[OC7] migrations: a series changes every document in batches, once", async () => {
  const { mutation, query, runtime } = components();
  await mutation("migrations:addPlayers", { count: 9 });
  await mutation("migrations:runSeries");
  const levels = [2, 2, 3, 2, 2, 3, 2, 2, 3];
  await expect
    .poll(() => query("migrations:players"))
    .toEqual(levels.map((level) => ({ level, levelName: `level ${level}` })));
  expect(await query("migrations:status", { name: "nameLevels" })).toMatchObject({
    state: "success",
    processed: 9,
  });
  const again = await runtime.mutation("migrations:run", { fn: "nameLevels" }, ADMIN);
  expect(JSON.stringify(valueOf(again))).toMatch(/already done/i);
});

it("[OC7] migrations: one that fails keeps the batches before, and a dry run changes nothing", async () => {
  const { mutation, query, runtime } = components();
  const run = (args: JSONValue) => runtime.mutation("migrations:run", args, ADMIN);
  await mutation("migrations:addPlayers", { count: 3 });
  const before = await query("migrations:players");
  valueOf(await run({ fn: "promoteBeginners", dryRun: true, reset: true }));
  expect(await query("migrations:players")).toEqual(before);
  valueOf(await run({ fn: "refuse" }));
  const name = "refuse";
  await expect
    .poll(() => query("migrations:status", { name }))
    .toMatchObject({ state: "failed", processed: 2 });
});
