/** Components that keep something: limits, answers, counts. */
import { expect, it } from "vitest";
import { sharedOfficialComponents } from "../../support/officialComponents.ts";

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
