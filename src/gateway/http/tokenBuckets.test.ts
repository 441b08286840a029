import fc from "fast-check";
import { expect, it } from "vitest";
import { createFakeClock } from "../../../test/support/fakeClock.ts";
import { createTokenBuckets } from "./tokenBuckets.ts";

it("[GW8] a burst is let through, then one per refill, and the wait is told exactly", async () => {
  const clock = createFakeClock();
  const buckets = createTokenBuckets({ burst: 3, refillMs: 100 }, clock);
  expect([1, 2, 3].map(() => buckets.take("a"))).toEqual([0, 0, 0]);
  expect(buckets.take("a")).toBe(100);
  expect(buckets.take("b")).toBe(0);
  await clock.advance(99);
  expect(buckets.take("a")).toBe(1);
  await clock.advance(1);
  expect(buckets.take("a")).toBe(0);
});

it("[GW8] within any window no more than burst + window / refill are let through", async () => {
  const step = fc.record({ waitMs: fc.nat(400), tries: fc.nat(6) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const clock = createFakeClock();
      const buckets = createTokenBuckets({ burst: 4, refillMs: 100 }, clock);
      const taken: number[] = [];
      for (const { waitMs, tries } of steps) {
        await clock.advance(waitMs);
        for (let i = 0; i < tries; i++) if (buckets.take("a") === 0) taken.push(clock.now());
      }
      for (const [i, from] of taken.entries()) {
        for (const [j, to] of taken.entries()) {
          if (j >= i) expect(j - i + 1).toBeLessThanOrEqual(4 + Math.floor((to - from) / 100));
        }
      }
    }),
  );
});

it("[GW8] buckets that are full again are forgotten", async () => {
  const clock = createFakeClock();
  const buckets = createTokenBuckets({ burst: 2, refillMs: 10 }, clock);
  for (let i = 0; i < 5_000; i++) buckets.take(`key ${i}`);
  await clock.advance(1_000);
  for (let i = 0; i < 1_024; i++) buckets.take("one");
  expect(buckets.size()).toBeLessThan(10);
});

it("[GW8] a flood of keys is bounded", () => {
  const buckets = createTokenBuckets({ burst: 2, refillMs: 1_000_000 }, createFakeClock());
  for (let i = 0; i < 120_000; i++) buckets.take(`key ${i}`);
  expect(buckets.size()).toBe(100_000);
});
