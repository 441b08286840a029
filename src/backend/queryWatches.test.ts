import { makeFunctionReference } from "convex/server";
import { expect, it, onTestFinished } from "vitest";
import { startFakeSyncEngine } from "../../test/support/fakeSyncEngine.ts";
import { silentLogger } from "../util/logger.ts";
import { createQueryWatches } from "./queryWatches.ts";

const valueOf = makeFunctionReference<"query">("keys:value");

/** What a client can read of it: when it ends. The engine of the test believes anything. */
function unsignedToken(): string {
  const iat = Math.floor(Date.now() / 1000);
  const parts = [{ alg: "none" }, { sub: "companion", iat, exp: iat + 600 }];
  const encoded = parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
  return `${encoded.join(".")}.none`;
}

async function setUp() {
  const attributes = { issuer: "test", subject: "companion", tokenIdentifier: "test|companion" };
  const engine = await startFakeSyncEngine({
    verifyToken: () => Promise.resolve({ attributes, expiresAt: Date.now() + 600_000 }),
  });
  engine.functions.queries["keys:value"] = ({ read, call }) =>
    read((call.args[0] as { key: string }).key);
  const watches = createQueryWatches({
    url: engine.address,
    fetchToken: () => Promise.resolve(unsignedToken()),
    logger: silentLogger,
  });
  onTestFinished(() => watches.close());
  const seen: [string, unknown][] = [];
  const watch = (key: string, as = key) =>
    watches.watch(valueOf, { key }, { take: (value) => seen.push([as, value]) });
  return { engine, watches, seen, watch };
}

it("[BW5] whoever watches the same shares one subscription, also who comes later", async () => {
  const { engine, watches, seen, watch } = await setUp();
  engine.functions.commit({ a: 1 });
  const watching = [watch("a", "first"), watch("a", "second")];
  await expect
    .poll(() => seen)
    .toEqual([
      ["first", 1],
      ["second", 1],
    ]);
  watching.push(watch("a", "third"));
  expect(seen).toHaveLength(2); // never at once
  await expect.poll(() => seen.at(-1)).toEqual(["third", 1]);
  watching[1]?.stop();
  engine.functions.commit({ a: 2 });
  await expect
    .poll(() => seen.slice(3))
    .toEqual([
      ["first", 2],
      ["third", 2],
    ]);
  expect(engine.live.stats()).toEqual({ subscriptions: 1, queries: 1 });
  for (const one of [...watching, ...watching]) one.stop();
  expect(watches.size()).toBe(0);
});

it("[BW5] thousands of watches are told each of its own", async () => {
  const { engine, watches, seen, watch } = await setUp();
  const keys = Array.from({ length: 600 }, (_, i) => `key ${i}`);
  engine.functions.commit(Object.fromEntries(keys.map((key) => [key, 0])));
  const watching = keys.map((key) => watch(key));
  await expect.poll(() => seen.length).toBe(600);
  engine.functions.commit({ "key 7": 1, "key 599": 2 });
  await expect
    .poll(() => seen.slice(600).sort())
    .toEqual([
      ["key 599", 2],
      ["key 7", 1],
    ]);
  expect(watches.isLive()).toBe(true);
  for (const one of watching) one.stop();
  await expect.poll(() => engine.live.stats().queries).toBe(0);
});
