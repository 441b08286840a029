/** Many jobs, large ones, canceled ones, and clocks that jump. */
import { expect, it } from "vitest";
import { errorOf, valueOf } from "../../../test/support/testRuntime.ts";
import { openScheduler, START, type Deployment } from "../../../test/support/testScheduler.ts";
import type { Database } from "../store/database.ts";
import { DatabaseError } from "../store/databaseError.ts";

const SOURCE = `
  import {
    actionGeneric as action, httpActionGeneric as httpAction,
    internalActionGeneric as internalAction, internalMutationGeneric as internalMutation,
    makeFunctionReference, mutationGeneric as mutation, queryGeneric as query,
  } from "convex/server";
  const ref = (name) => makeFunctionReference("work:" + name);
  const jobs = (ctx) => ctx.db.system.query("_scheduled_functions");

  export const notes = query({ handler: async (ctx) => await ctx.db.query("notes").collect() });
  export const note = internalMutation({ handler: async (ctx, { at, text = "" }) => {
    await ctx.db.insert("notes", { at, length: text.length });
  } });
  export const plan = mutation({ handler: async (ctx, { times, name = "note" }) =>
    await Promise.all(times.map((at) => ctx.scheduler.runAt(at, ref(name), { at }))) });
  export const planInAction = action({ handler: async (ctx, { at, name }) =>
    [await ctx.scheduler.runAt(at, ref(name), {})] });
  export const answer = httpAction(async () => new Response());
  export const failures = query({ handler: async (ctx) =>
    (await jobs(ctx).collect()).map(({ name, state }) => name + " " + state.kind + " " + state.error) });
  export const planLong = mutation({ handler: async (ctx, { at, lengths }) =>
    await Promise.all(lengths.map((length) =>
      ctx.scheduler.runAt(at, ref("note"), { at, text: "x".repeat(length) }))) });
  export const planDeep = mutation({ handler: async (ctx, { at, levels }) => {
    const deep = JSON.parse("[".repeat(levels) + "]".repeat(levels));
    const id = await ctx.scheduler.runAt(at, ref("note"), { at, levels: deep });
    const { args: [{ levels: nested, ...rest }] } = await ctx.db.system.get(id);
    return [{ ...rest, isSame: JSON.stringify(nested) === JSON.stringify(deep) }];
  } });
  export const shown = query({ handler: async (ctx, { id }) => {
    const row = await ctx.db.system.get(id);
    const listed = await jobs(ctx).first();
    const { page } = await jobs(ctx).paginate({ numItems: 1, cursor: null });
    const isSame = [listed, page[0]].every((other) => JSON.stringify(other) === JSON.stringify(row));
    return { fields: Object.keys(row), length: row.args[0].text.length, isSame };
  } });
  export const states = query({ handler: async (ctx) =>
    (await jobs(ctx).collect()).map(({ name, state }) => name + " " + state.kind) });
  export const looksAtItself = internalMutation({ handler: async (ctx) => {
    await ctx.db.insert("notes", { state: (await jobs(ctx).first()).state.kind });
  } });
  export const stop = mutation({ handler: async (ctx, { id }) => await ctx.scheduler.cancel(id) });
  export const open = mutation({ handler: async (ctx) => { await ctx.db.insert("gates", {}); } });
  export const isOpen = query({ handler: async (ctx) => (await ctx.db.query("gates").first()) !== null });
  export const goesOn = internalMutation({ handler: async (ctx) => {
    await ctx.scheduler.runAfter(0, ref("note"), { at: 1 });
  } });
  export const ends = internalAction({ handler: async (ctx) => {
    while (!(await ctx.runQuery(ref("isOpen"), {})));
  } });
  export const waits = internalAction({ handler: async (ctx) => {
    while (!(await ctx.runQuery(ref("isOpen"), {})));
    await ctx.scheduler.runAfter(0, ref("note"), { at: 0 });
    await ctx.runMutation(ref("goesOn"), {});
  } });
`;
const PROJECT = { "work.ts": SOURCE };
const SECOND_MS = 1_000;

const notesIn = async ({ query }: Deployment) =>
  valueOf(await query("work:notes")) as { at: number; length: number; state?: string }[];
const statesIn = async ({ query }: Deployment) => valueOf(await query("work:states"));
const plan = async ({ mutation }: Deployment, name: string) =>
  (valueOf(await mutation("work:plan", { times: [START], name })) as string[])[0]!;

it("[SC2] thousands of jobs that are due at once all run once, in the order of their times, and others are served meanwhile", async () => {
  const deployment = await openScheduler({ project: PROJECT });
  const times = Array.from({ length: 2_000 }, (_, i) => START + SECOND_MS - i);
  for (let i = 0; i < times.length; i += 1_000) {
    valueOf(await deployment.mutation("work:plan", { times: times.slice(i, i + 1_000) }));
  }
  deployment.clock.put(START + SECOND_MS);
  const running = deployment.clock.moveTo(START + 11 * SECOND_MS);
  await expect.poll(async () => (await notesIn(deployment)).length).toBeGreaterThan(0);
  valueOf(await deployment.mutation("work:open"));
  expect((await notesIn(deployment)).length).toBeLessThan(times.length);
  await running;
  await expect.poll(async () => (await notesIn(deployment)).length).toBe(times.length);
  expect((await notesIn(deployment)).map(({ at }) => at)).toEqual(times.reverse());
  expect(deployment.errors).toEqual([]);
});

it("[SC9] arguments of up to 4 MiB are kept, shown and handed over; they are not written documents", async () => {
  const deployment = await openScheduler({ project: PROJECT });
  const lengths = [4_000_000, 4_000_000, 4_000_000, 4_000_000];
  const args = { at: START + SECOND_MS, lengths };
  const [id] = valueOf(await deployment.mutation("work:planLong", args)) as string[];
  expect(valueOf(await deployment.query("work:shown", { id: id! }))).toEqual({
    fields: ["_creationTime", "_id", "args", "name", "scheduledTime", "state"],
    length: 4_000_000,
    isSame: true,
  });
  await deployment.clock.moveTo(START + SECOND_MS);
  await expect
    .poll(async () => (await notesIn(deployment)).map(({ length }) => length))
    .toEqual(lengths);
  for (const tooLarge of [[4_200_000], [...lengths, 1_000_000]]) {
    const outcome = await deployment.mutation("work:planLong", { ...args, lengths: tooLarge });
    expect(errorOf(outcome)).toMatch(/too large|Too large total size of the arguments/);
  }
});

it("[SC9] arguments nest as deeply as those of any call, though a document may not", async () => {
  const deployment = await openScheduler({ project: PROJECT });
  for (const [levels, refusal] of [
    [60, null],
    [70, /too nested/],
  ] as const) {
    const outcome = await deployment.mutation("work:planDeep", { at: START + SECOND_MS, levels });
    if (refusal !== null) expect(errorOf(outcome)).toMatch(refusal);
    else expect(valueOf(outcome)).toEqual([{ at: START + SECOND_MS, isSame: true }]);
  }
  await deployment.clock.moveTo(START + SECOND_MS);
  await expect.poll(() => notesIn(deployment)).toHaveLength(1);
});

it("[SC10] a scheduled mutation sees itself in progress, and nobody else does", async () => {
  const deployment = await openScheduler({ project: PROJECT });
  await plan(deployment, "looksAtItself");
  expect(await statesIn(deployment)).toEqual(["work.js:looksAtItself pending"]);
  await deployment.clock.moveTo(START);
  expect(await notesIn(deployment)).toMatchObject([{ state: "inProgress" }]);
  expect(await statesIn(deployment)).toEqual(["work.js:looksAtItself success"]);
});

it("[SC6] what a running action schedules after it was canceled, itself or by mutations, does not run", async () => {
  const deployment = await openScheduler({ project: PROJECT });
  const id = await plan(deployment, "waits");
  await deployment.clock.moveTo(START);
  await expect.poll(() => statesIn(deployment)).toEqual(["work.js:waits inProgress"]);
  valueOf(await deployment.mutation("work:stop", { id }));
  valueOf(await deployment.mutation("work:open"));
  await expect
    .poll(() => statesIn(deployment))
    .toEqual(["work.js:waits canceled", "work.js:note canceled", "work.js:note canceled"]);
  await deployment.clock.moveTo(START + SECOND_MS);
  expect(await notesIn(deployment)).toEqual([]);
});

it("[SC11] jobs follow the clock when it is put forward or back, and none runs twice or early", async () => {
  const deployment = await openScheduler({ project: PROJECT });
  const { clock, mutation } = deployment;
  const times = [START + 60 * SECOND_MS, START + 3_600 * SECOND_MS];
  valueOf(await mutation("work:plan", { times }));
  await clock.moveTo(START + SECOND_MS);
  clock.put(START + 120 * SECOND_MS); // no timer has noticed
  await clock.moveTo(START + 130 * SECOND_MS);
  expect((await notesIn(deployment)).map(({ at }) => at)).toEqual(times.slice(0, 1));
  clock.put(START);
  await clock.moveTo(START + 3_599 * SECOND_MS);
  expect(await notesIn(deployment)).toHaveLength(1);
  await clock.moveTo(START + 3_600 * SECOND_MS);
  expect((await notesIn(deployment)).map(({ at }) => at)).toEqual(times);
});

it("[SC12] the end of an action is written as soon as the disk takes it", async () => {
  let isFull = false;
  const full = new DatabaseError("STORAGE_FAILED", "database or disk is full");
  const deployment = await openScheduler({
    project: PROJECT,
    wrapDatabase: (database) =>
      withCommit(database, (tx) => (isFull ? Promise.reject(full) : database.commit(tx))),
  });
  await plan(deployment, "ends");
  await deployment.clock.moveTo(START);
  await expect.poll(() => statesIn(deployment)).toEqual(["work.js:ends inProgress"]);
  valueOf(await deployment.mutation("work:open"));
  isFull = true;
  await expect.poll(() => deployment.errors).toContain(full);
  isFull = false;
  await deployment.clock.moveTo(START + SECOND_MS);
  await expect.poll(() => statesIn(deployment)).toEqual(["work.js:ends success"]);
});

function withCommit(database: Database, commit: Database["commit"]): Database {
  return new Proxy(database, {
    get(target, name) {
      const value: unknown = name === "commit" ? commit : Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}

it("[SC13] whatever exists can be scheduled; a query or HTTP action fails when it is due, and its job says why", async () => {
  const deployment = await openScheduler({ project: PROJECT });
  await plan(deployment, "notes");
  await plan(deployment, "answer");
  valueOf(await deployment.action("work:planInAction", { at: START, name: "states" }));
  await deployment.clock.moveTo(START + SECOND_MS);
  const failures = valueOf(await deployment.query("work:failures")) as string[];
  const only = "Only Mutation and Action can be scheduled.";
  expect(failures.sort()).toEqual([
    `work.js:answer failed Unsupported function type. answer in module "work.js" is defined as a HttpAction. ${only}`,
    `work.js:notes failed Unsupported function type. notes in module "work.js" is defined as a Query. ${only}`,
    `work.js:states failed Unsupported function type. states in module "work.js" is defined as a Query. ${only}`,
  ]);
  expect(deployment.errors).toEqual([]);
});

it("[SC13] what does not exist cannot be scheduled, by a mutation or an action", async () => {
  const deployment = await openScheduler({ project: PROJECT });
  const missing = "Could not find function for 'work:nothing'";
  const inMutation = await deployment.mutation("work:plan", { times: [START], name: "nothing" });
  expect(errorOf(inMutation)).toContain(missing);
  const inAction = await deployment.action("work:planInAction", { at: START, name: "nothing" });
  expect(errorOf(inAction)).toContain(missing);
  expect(await statesIn(deployment)).toEqual([]);
});
