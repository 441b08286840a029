import { expect, it } from "vitest";
import { settle } from "../../../test/support/fakeClock.ts";
import {
  ADMIN,
  errorOf,
  fixtureBundle,
  openTestRuntime,
  temporaryFolder,
  valueOf,
  writeProject,
} from "../../../test/support/testRuntime.ts";
import { ConflictError } from "../store/databaseError.ts";
import type { Database } from "../store/database.ts";
import { bundleFunctions } from "./build/bundle.ts";
import { MAX_RETRIES } from "./transactions/transactionRunner.ts";

const hello = { channel: "general", author: "Ada", body: "hello" };

it("[FR4] a call names module and export; default export and .js suffix may be left out", async () => {
  const { query } = await openTestRuntime();
  for (const path of ["messages", "messages:default", "messages.js:default", "messages.js"]) {
    expect(valueOf(await query(path))).toBe("the default export");
  }
});

it.each(["messages:missing", "missing:list", "messages:count"])(
  "[FR5] %s is no public function",
  async (path) => {
    const { query } = await openTestRuntime();
    expect(errorOf(await query(path))).toContain(
      `Could not find public function for '${path}'. Did you forget to run \`npx convex dev\` or \`npx convex deploy\`?`,
    );
  },
);

it("[FR5] an operator may call internal functions", async () => {
  const { query } = await openTestRuntime();
  expect(valueOf(await query("messages:count", {}, ADMIN))).toBe(0);
});

it("[FR5] a function runs as what it is defined as", async () => {
  const { query } = await openTestRuntime();
  expect(errorOf(await query("messages:send", hello))).toContain(
    "Trying to execute messages:send as a query, but it is defined as a mutation.",
  );
});

it("[FR6] arguments are checked before the function runs", async () => {
  const { mutation, query } = await openTestRuntime();
  for (const args of [{ ...hello, body: 5 }, { channel: "general" }, { ...hello, extra: 1 }]) {
    expect(errorOf(await mutation("messages:send", args))).toContain("ArgumentValidationError: ");
  }
  expect(errorOf(await mutation("messages:edit", { id: "abc", body: "" }))).toContain(".id");
  expect(valueOf(await query("messages:list", { channel: "general" }))).toEqual([]);
});

it("[FR6] a result is checked before anyone sees it", async () => {
  const { query } = await openTestRuntime();
  expect(errorOf(await query("messages:wrongResult"))).toContain("ReturnsValidationError: ");
});

it("[FR7] a ConvexError keeps its data through nested calls and actions", async () => {
  const { query, action, mutation } = await openTestRuntime();
  const data = { code: "DEEP", list: [{ $integer: "AQAAAAAAAAA=" }, { $bytes: "AAA=" }] };
  for (const outcome of [
    await query("nested:deepError"),
    await action("nested:deepErrorInAction"),
    await action("texts:nestedFailure"),
  ]) {
    expect(outcome).toMatchObject({ ok: false, errorData: data });
  }
  expect(await query("runtime:throws")).not.toHaveProperty("errorData");
  const missing = valueOf(await mutation("messages:send", hello)) as string;
  valueOf(await mutation("messages:remove", { id: missing }));
  expect(await mutation("messages:edit", { id: missing, body: "" })).toMatchObject({
    errorData: { code: "NOT_FOUND", id: missing },
  });
});

it("[FR8] a nested mutation that throws undoes its own writes alone", async () => {
  const { mutation, query } = await openTestRuntime();
  expect(valueOf(await mutation("nested:rollsBack", { name: "a" }))).toEqual({
    caught: { code: "REFUSED", name: "a" },
    seen: 1,
    now: 11,
  });
  expect(valueOf(await query("nested:value", { name: "a" }))).toBe(11);
});

it("[FR8] nested calls made at once run one after the other", async () => {
  const { mutation } = await openTestRuntime();
  expect(valueOf(await mutation("nested:concurrent", { name: "a" }))).toEqual([1, 3, 3]);
});

it("[FR8] a stale read sees neither the caller's writes nor depends on what it reads", async () => {
  const { mutation } = await openTestRuntime();
  expect(valueOf(await mutation("nested:stale", { name: "a" }))).toEqual({ stale: 0, fresh: 5 });
});

it("[FR8] arguments of nested calls are checked, and endless recursion ends", async () => {
  const { mutation, query } = await openTestRuntime();
  expect(errorOf(await mutation("nested:badNestedArgs"))).toContain("ArgumentValidationError: ");
  expect(errorOf(await query("nested:recursive"))).toContain("call each other more than");
});

it("[FR1] a mutation that throws leaves nothing behind", async () => {
  const { mutation, query } = await openTestRuntime();
  const outcome = await mutation("jobs:schedule", {
    kind: "write",
    body: "x",
    delayMs: 60_000,
    fail: true,
  });
  expect(errorOf(outcome)).toContain("after scheduling");
  expect(valueOf(await query("messages:count", {}, ADMIN))).toBe(0);
});

it("[FR2] a session request takes effect once and answers the same again", async () => {
  const dataDir = await temporaryFolder();
  const request = { sessionId: "9b3c", requestId: 7 };
  const call = { path: "messages:send", args: [hello], identity: { kind: "none" } as const };
  const before = await openTestRuntime({ dataDir });
  const first = await before.runner.runMutation({ ...call, sessionRequest: request });
  await before.close();
  const after = await openTestRuntime({ dataDir });
  const again = await after.runner.runMutation({ ...call, sessionRequest: request });
  const other = await after.runner.runMutation({
    ...call,
    sessionRequest: { ...request, requestId: 8 },
  });
  expect(again).toEqual(first);
  expect(valueOf(other)).not.toBe(valueOf(first));
  expect(valueOf(await after.query("messages:count", {}, ADMIN))).toBe(2);
});

it("[FR2] a session request that failed runs again", async () => {
  const { runner } = await openTestRuntime();
  const call = {
    path: "messages:send",
    identity: { kind: "none" } as const,
    sessionRequest: { sessionId: "9b3c", requestId: 0 },
  };
  errorOf(await runner.runMutation({ ...call, args: [{}] }));
  valueOf(await runner.runMutation({ ...call, args: [hello] }));
});

const failing = { kind: "write", body: "x", delayMs: 60_000, fail: true };

it("[FR3] a mutation that fails answers only when all that it read is on disk", async () => {
  const asked = Promise.withResolvers<true>();
  const flushed = Promise.withResolvers<true>();
  const { mutation } = await openTestRuntime({
    wrapDatabase: (database) => ({
      ...bound(database),
      async settled(tx) {
        asked.resolve(true);
        await flushed.promise;
        await database.settled(tx);
      },
    }),
  });
  let answer: string | undefined;
  const answered = mutation("jobs:schedule", failing).then(
    (outcome) => (answer = errorOf(outcome)),
  );
  await asked.promise;
  await settle();
  expect(answer).toBeUndefined();
  flushed.resolve(true);
  expect(await answered).toContain("after scheduling");
});

it("[FR3] a mutation that fails on what never reaches the disk does not tell how", async () => {
  const lost = new Error("the disk is full");
  const { mutation } = await openTestRuntime({
    wrapDatabase: (database) => ({ ...bound(database), settled: () => Promise.reject(lost) }),
  });
  await expect(mutation("jobs:schedule", failing)).rejects.toBe(lost);
});

function conflicting(times: number) {
  let left = times;
  return (database: Database): Database => ({
    ...bound(database),
    commit: (tx) => {
      if (left-- <= 0) return database.commit(tx);
      tx.close();
      return Promise.reject(new ConflictError("another commit was faster"));
    },
  });
}

function bound(database: Database): Database {
  return {
    latestTs: () => database.latestTs(),
    flushedGroups: () => database.flushedGroups(),
    schema: () => database.schema(),
    tables: () => database.tables(),
    ensureTable: (...table) => database.ensureTable(...table),
    schemaProgress: () => database.schemaProgress(),
    checkSchema: (schema) => database.checkSchema(schema),
    applySchema: (schema) => database.applySchema(schema),
    begin: (kind, options) => database.begin(kind, options),
    commit: (tx) => database.commit(tx),
    settled: (tx) => database.settled(tx),
    forgetOutcomes: (before, limit) => database.forgetOutcomes(before, limit),
    onCommit: (listener) => database.onCommit(listener),
    stageTables: (names) => database.stageTables(names),
    onTablesReplaced: (listener) => database.onTablesReplaced(listener),
    close: () => database.close(),
  };
}

it("[FR9] a mutation that loses a race runs again, with the same randomness", async () => {
  const source = `
    import { mutationGeneric as mutation } from "convex/server";
    export const draw = mutation({ args: {}, handler: async (ctx) => {
      const number = Math.random();
      console.log(number);
      await ctx.db.insert("draws", { number });
      return number;
    } });`;
  const bundle = await bundleFunctions({ functionsDir: await writeProject({ "a.ts": source }) });
  const { mutation, log } = await openTestRuntime({ bundle, wrapDatabase: conflicting(2) });
  const outcome = await mutation("a:draw");
  expect(outcome.logLines).toEqual([`[LOG] ${JSON.stringify(valueOf(outcome))}`]);
  const lines = log.flatMap((event) => (event.type === "line" ? [event.line] : []));
  expect(lines).toEqual(Array(3).fill(outcome.logLines[0]));
});

it("[FR9] a mutation that loses every race says so", async () => {
  const { mutation } = await openTestRuntime({ wrapDatabase: conflicting(MAX_RETRIES + 1) });
  expect(await mutation("messages:send", hello)).toMatchObject({ ok: false, isTransient: true });
});

it("[FR1] mutations that wait in their middle and overlap lose no update", async () => {
  const { mutation, query } = await openTestRuntime();
  const outcomes = await Promise.all(
    Array.from({ length: 4 }, () => mutation("nested:slowIncrement", { name: "a" })),
  );
  expect(outcomes.map(valueOf).sort()).toEqual([0, 1, 2, 3]);
  expect(valueOf(await query("nested:value", { name: "a" }))).toBe(4);
});

it("[FR10] each call of an action commits by itself", async () => {
  const { action, query } = await openTestRuntime();
  const sent = valueOf(await action("messages:sendTwice", { channel: "a", body: "x" }));
  expect(sent).toMatchObject({ count: 2 });
  expect(valueOf(await query("messages:list", { channel: "a" }))).toHaveLength(2);
});

it("[FR11] a query tells what it depends on: identity only when it asked", async () => {
  const { query, mutation } = await openTestRuntime();
  const identity = {
    kind: "user",
    attributes: { subject: "ada", tokenIdentifier: "x|ada" },
  } as const;
  const who = await query("nested:whoAmI", {}, identity);
  expect(who).toMatchObject({ value: "ada", usesIdentity: true });
  const list = await query("messages:list", { channel: "general" }, identity);
  expect(list.usesIdentity).toBe(false);
  const commits: boolean[] = [];
  const runtime = await openTestRuntime();
  const empty = await runtime.query("messages:list", { channel: "general" });
  runtime.database.onCommit(({ writes }) => commits.push(empty.reads.overlaps(writes)));
  valueOf(await runtime.mutation("messages:send", { ...hello, channel: "other" }));
  valueOf(await runtime.mutation("messages:send", hello));
  expect(commits).toEqual([false, true]);
  valueOf(await mutation("messages:send", hello));
});

it("[FR12] a page keeps its end through the journal", async () => {
  const { runner, mutation } = await openTestRuntime();
  for (const body of ["1", "2", "3"]) valueOf(await mutation("messages:send", { ...hello, body }));
  const paginationOpts = { numItems: 2, cursor: null };
  const call = {
    path: "messages:page",
    args: [{ channel: "general", paginationOpts }],
    identity: { kind: "none" } as const,
  };
  const bodies = (page: Awaited<ReturnType<typeof runner.runQuery>>) =>
    (valueOf(page) as { page: { body: string }[] }).page.map(({ body }) => body);
  const first = await runner.runQuery(call);
  expect(bodies(first)).toEqual(["3", "2"]);
  valueOf(await mutation("messages:send", { ...hello, body: "4" }));
  expect(bodies(await runner.runQuery({ ...call, journal: first.journal }))).toEqual([
    "4",
    "3",
    "2",
  ]);
  expect(bodies(await runner.runQuery(call))).toEqual(["4", "3"]);
});

it("[FR13] new code takes over; code that fails to load or fit changes nothing", async () => {
  const { runner, query, mutation } = await openTestRuntime();
  valueOf(await mutation("messages:send", hello));
  const unfit = `
    import { defineSchema, defineTable } from "convex/server";
    import { v } from "convex/values";
    export default defineSchema({ messages: defineTable({ body: v.number() }) });`;
  const bad = await bundleFunctions({ functionsDir: await writeProject({ "schema.ts": unfit }) });
  await expect(runner.load(bad)).rejects.toMatchObject({ code: "SCHEMA_MISMATCH" });
  expect(valueOf(await query("messages:list", { channel: "general" }))).toHaveLength(1);
  const source = `
    import { queryGeneric as query } from "convex/server";
    export const fresh = query({ args: {}, handler: async () => "fresh" });`;
  let loads = 0;
  runner.onLoad(() => loads++);
  await runner.load(
    await bundleFunctions({ functionsDir: await writeProject({ "a.ts": source }) }),
  );
  expect(valueOf(await query("a:fresh"))).toBe("fresh");
  expect(errorOf(await query("messages"))).toContain("Could not find public function");
  expect(loads).toBe(1);
  await runner.load(await fixtureBundle());
});

it("[FR14] who has the thread is known before it runs", async () => {
  const { action, entered } = await openTestRuntime();
  valueOf(await action("messages:sendTwice", { channel: "a", body: "x" }));
  expect(entered.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
    "mutation messages:send", // the action that calls has a thread of its own
    "mutation messages:send",
    "query messages:count",
  ]);
});
