/** Components that keep something: limits, answers, counts; and the helpers that read and guard it. */
import { expect, it } from "vitest";
import type { Identity } from "../../../src/embedded/functions/identity.ts";
import type { JSONValue } from "../../../src/embedded/values/jsonValue.ts";
import { sharedOfficialComponents } from "../../support/officialComponents.ts";
import { errorOf, valueOf } from "../../support/testRuntime.ts";

const components = sharedOfficialComponents();

it("[OC2] rate-limiter: a token bucket gives up to its capacity, then says when to come again", async () => {
  const { mutation, query } = components();
  const bucket = { name: "bucket", key: "ada" };
  expect(await mutation("rateLimits:limit", { ...bucket, count: 2 })).toEqual({ ok: true });
  expect(await query("rateLimits:check", { ...bucket, count: 2 })).toMatchObject({ ok: false });
  expect(await mutation("rateLimits:limit", bucket)).toEqual({ ok: true });
  const refused = await mutation("rateLimits:limit", bucket);
  expect(refused).toEqual({ ok: false, retryAfter: expect.closeTo(1_800_000, -5) });
  expect(await mutation("rateLimits:limit", { ...bucket, key: "bob" })).toEqual({ ok: true });
  await mutation("rateLimits:reset", bucket);
  expect(await query("rateLimits:value", bucket)).toBe(3);
});

it("[OC2] rate-limiter: a fixed window gives its rate once", async () => {
  const { mutation } = components();
  const window = { name: "window", key: "ada", count: 2 };
  expect(await mutation("rateLimits:limit", window)).toEqual({ ok: true });
  expect(await mutation("rateLimits:limit", window)).toMatchObject({ ok: false });
});

it("[OC2] rate-limiter: what is reserved is granted for later, up to a limit", async () => {
  const { mutation } = components();
  const reserve = { name: "bucket", key: "reserving", count: 4, reserve: true };
  const granted = await mutation("rateLimits:limit", reserve);
  expect(granted).toEqual({ ok: true, retryAfter: expect.closeTo(1_800_000, -5) });
  expect(await mutation("rateLimits:limit", reserve)).toMatchObject({ ok: false });
});

it("[OC2] rate-limiter: shards together give no more than the rate", async () => {
  const { mutation, query } = components();
  const sharded = { name: "sharded", key: "ada" };
  for (let i = 0; i < 30; i++) await mutation("rateLimits:limit", sharded);
  expect(await query("rateLimits:value", sharded)).toBeLessThan(10);
  const tooMany = await mutation("rateLimits:limit", { ...sharded, count: 11 });
  expect(tooMany).toMatchObject({ ok: false });
});

it("[OC2] rate-limiter: consumption that is applied later counts in the end", async () => {
  const { mutation, query } = components();
  const later = { name: "later", key: "ada" };
  expect(await mutation("rateLimits:limit", { ...later, count: 3 })).toEqual({ ok: true });
  await expect.poll(() => query("rateLimits:value", later)).toBeCloseTo(0, 1);
  expect(await mutation("rateLimits:limit", later)).toMatchObject({ ok: false });
});

it("[OC2] rate-limiter: a limit that throws undoes the whole mutation", async () => {
  const { mutation, query, runtime } = components();
  await mutation("rateLimits:limit", { name: "window", key: "both", count: 2 });
  const outcome = await runtime.mutation("rateLimits:limitBoth", { key: "both" });
  expect(outcome).toMatchObject({
    ok: false,
    errorData: { kind: "RateLimited", name: "window", retryAfter: expect.any(Number) },
  });
  expect(await query("rateLimits:value", { name: "bucket", key: "both" })).toBe(3);
});

it("[OC2] rate-limiter: the query of its React hook gives value, time and limits", async () => {
  const { mutation, query } = components();
  await mutation("rateLimits:limit", { name: "bucket", key: "hook" });
  expect(await query("rateLimits:getRateLimit", { key: "hook" })).toMatchObject({
    value: 2,
    ts: expect.any(Number),
    config: { kind: "token bucket", capacity: 3 },
  });
  expect(await mutation("rateLimits:getServerTime")).toEqual(expect.any(Number));
});

it("[OC3] action-cache: an answer is computed once, anew when forced, expired or removed", async () => {
  const { action, notes } = components();
  const fetch = (text: string, options = {}) => action("actionCache:fetch", { text, options });
  expect(await fetch("a")).toBe("A");
  expect(await fetch("a")).toBe("A");
  expect(await fetch("b")).toBe("B");
  expect(await notes("computed")).toEqual(["a", "b"]);
  await fetch("a", { force: true });
  await fetch("b", { ttl: 0 });
  expect(await notes("computed")).toEqual(["a", "b", "a", "b"]);
  await fetch("a");
  await action("actionCache:remove", { text: "a" });
  await fetch("a");
  await action("actionCache:removeAll");
  await fetch("a");
  expect(await notes("computed")).toEqual(["a", "b", "a", "b", "a", "a"]);
});

it("[OC8] aggregate: counts, sums and ranks follow a table through triggers", async () => {
  const { mutation, mutationError, query } = components();
  const add = (game: string, player: string, points: number) =>
    mutation("leaderboard:add", { game, player, points });
  const ids: JSONValue[] = [];
  for (const points of [5, 10, 20, 40]) ids.push(await add("chess", "ada", points));
  await add("go", "bob", 30);
  const full = { count: 5, sum: 105, countAbove10: 3, min: 5, max: 40, counted: 5 };
  expect(await query("leaderboard:summary")).toEqual(full);
  expect(await query("leaderboard:rank", { points: 30 })).toBe(1);
  expect(await query("leaderboard:at", { offset: 1 })).toEqual({ id: ids[1], points: 10 });
  expect(await query("leaderboard:at", { offset: -1 })).toEqual({ id: ids[3], points: 40 });

  await mutation("leaderboard:change", { id: ids[0]!, points: 50 });
  await mutation("leaderboard:remove", { id: ids[3]! });
  expect(await mutationError("leaderboard:addAndFail")).toMatch(/second thoughts/);
  const left = { count: 4, sum: 110, countAbove10: 3, min: 10, max: 50, counted: 4 };
  expect(await query("leaderboard:summary")).toEqual(left);
});

it("[OC8] aggregate: namespaces are counted apart, and one can be cleared", async () => {
  const { mutation, query } = components();
  for (let points = 0; points < 40; points++) {
    await mutation("leaderboard:add", { game: "dice", player: points % 4 ? "cy" : "di", points });
  }
  await mutation("leaderboard:add", { game: "darts", player: "cy", points: 1 });
  const ofCy = { game: "dice", player: "cy" };
  expect(await query("leaderboard:inGame", ofCy)).toEqual({ count: 40, ofPlayer: 30, best: 39 });
  expect(await query("leaderboard:games")).toEqual(expect.arrayContaining(["darts", "dice"]));
  await mutation("leaderboard:clear", { game: "dice" });
  expect(await query("leaderboard:inGame", ofCy)).toEqual({ count: 0, ofPlayer: 0, best: null });
  expect(await query("leaderboard:inGame", { ...ofCy, game: "darts" })).toMatchObject({ count: 1 });
});

it("[OC9] sharded-counter: what many add at once is all counted", async () => {
  const { mutation, query } = components();
  const add = (by: number) => mutation("counters:add", { name: "visits", by });
  await Promise.all([...Array.from({ length: 30 }, () => add(1)), add(-5), add(15)]);
  expect(await query("counters:count", { name: "visits" })).toBe(40);
  await mutation("counters:rebalance", { name: "visits" });
  expect(await query("counters:estimate", { name: "visits" })).toBe(40);
  await mutation("counters:reset", { name: "visits" });
  expect(await query("counters:count", { name: "visits" })).toBe(0);
});

it("[OC14] convex-helpers: custom functions consume arguments and add to the context", async () => {
  const { action, query, runtime } = components();
  const token = "user:ada";
  expect(await query("helpers:whoQueries", { token, greeting: "hi" })).toBe("hi ada");
  expect(await action("helpers:whoActs", { token })).toBe("ada");
  const refused = (args: JSONValue) => runtime.query("helpers:whoQueries", args).then(errorOf);
  expect(await refused({ token: "other", greeting: "hi" })).toMatch(/not a user's token/);
  expect(await refused({ greeting: "hi" })).toMatch(/missing the required field `token`/);
});

it("[OC14] convex-helpers: triggers run with each write, and may refuse it", async () => {
  const { mutation, mutationError, query } = components();
  const before = (await query("helpers:shelf")) as number;
  await mutation("helpers:addBook", { author: "triggers", pages: 5 });
  expect(await mutationError("helpers:addBook", { author: "triggers", pages: 0 })).toMatch(
    /a book has pages/,
  );
  const mixed = { author: "triggers", pages: [1, 0, 2] };
  expect(await mutation("helpers:addBooksAndCatch", mixed)).toEqual([
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
  expect(await query("helpers:filtered", { author: "triggers", divisor: 1 })).toEqual([0, 1, 2, 5]);
  await mutation("helpers:removeBooks", { author: "triggers" });
  expect(await query("helpers:shelf")).toBe(before);
});

it("[OC14] convex-helpers: streams are merged, filtered, joined and paged through", async () => {
  const { mutation, query } = components();
  for (const pages of [300, 50, 150]) await mutation("helpers:addBook", { author: "ann", pages });
  for (const pages of [200, 400, 10]) await mutation("helpers:addBook", { author: "ben", pages });
  const authors = ["ann", "ben"];
  const all: string[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < 5; pages++) {
    const args = { authors, paginationOpts: { numItems: 3, cursor } };
    const result = (await query("helpers:byAuthors", args)) as {
      page: string[];
      continueCursor: string;
      isDone: boolean;
    };
    all.push(...result.page);
    cursor = result.continueCursor;
    if (result.isDone) break;
  }
  expect(all).toEqual(["ann 150", "ben 200", "ann 300", "ben 400"]);
  expect(await query("helpers:joined", { authors })).toEqual([
    "ann 50",
    "ann 150",
    "ann 300",
    "ben 10",
    "ben 200",
    "ben 400",
  ]);
});

it("[OC14] convex-helpers: a query takes several pages of an index, or a part of it", async () => {
  const { mutation, query } = components();
  for (const pages of [1, 2, 3, 4, 5]) await mutation("helpers:addBook", { author: "cat", pages });
  expect(await query("helpers:twoPages", { author: "cat", numItems: 3 })).toEqual([
    { pages: [5, 4, 3], isDone: false },
    { pages: [2, 1], isDone: true },
  ]);
  expect(await query("helpers:pageBetween", { author: "cat", start: 2, end: 4 })).toEqual({
    pages: [2, 3, 4],
    hasMore: false,
  });
  expect(await query("helpers:filtered", { author: "cat", divisor: 2 })).toEqual([2, 4]);
});

it("[OC14] convex-helpers: row level security hides and guards what is another's", async () => {
  const { runtime } = components();
  const as = (subject: string): Identity => ({
    kind: "user",
    attributes: { subject, issuer: "i" },
  });
  const write = (writer: string, identity: Identity) =>
    runtime.mutation("helpers:writeDiary", { writer, text: `of ${writer}` }, identity);
  const id = valueOf(await write("ada", as("ada")));
  valueOf(await write("bob", as("bob")));
  expect(errorOf(await write("ada", as("bob")))).toMatch(/insert access not allowed/);
  const diary = (identity?: Identity) => runtime.query("helpers:diary", { id }, identity);
  expect(valueOf(await diary(as("ada")))).toBe("of ada");
  expect(valueOf(await diary(as("bob")))).toBe(null);
  expect(valueOf(await diary())).toBe(null);
  expect(valueOf(await runtime.query("helpers:diaries", {}, as("bob")))).toEqual(["of bob"]);
  const rewrite = { id, text: "of bob" };
  const stolen = await runtime.mutation("helpers:rewriteDiary", rewrite, as("bob"));
  expect(errorOf(stolen)).toMatch(/no read access or doc does not exist/);
  valueOf(await runtime.mutation("helpers:rewriteDiary", { id, text: "new" }, as("ada")));
  expect(valueOf(await diary(as("ada")))).toBe("new");
});

it("[OC14] convex-helpers: zod checks, fills in and describes arguments", async () => {
  const { query, runtime } = components();
  const person = { email: "ada@example.org", age: 36, contact: { kind: "none" } };
  expect(await query("helpers:describePerson", person)).toEqual({
    text: "ada@example.org, 36, reader, -",
  });
  const writer = { ...person, role: "writer", contact: { kind: "phone", number: "1" } };
  expect(await query("helpers:describePerson", writer)).toEqual({
    text: "ada@example.org, 36, writer, 1",
  });
  const young = await runtime.query("helpers:describePerson", { ...person, age: 3 });
  expect(young).toMatchObject({
    ok: false,
    errorData: { ZodError: [expect.objectContaining({ path: ["age"] })] },
  });
  const wrong = await runtime.query("helpers:describePerson", { ...person, role: "cat" });
  expect(errorOf(wrong)).toMatch(/ArgumentValidationError/);
});
