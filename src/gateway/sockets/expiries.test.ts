import { expect, it } from "vitest";
import { createFakeClock } from "../../../test/support/fakeClock.ts";
import { Expiries } from "./expiries.ts";

it("[GW13] each token ends at its time, within a second, and no timer stays", async () => {
  const clock = createFakeClock();
  const expiries = new Expiries(clock);
  const ended: { wanted: number; at: number }[] = [];
  const add = (inMs: number) => {
    const expiresAt = clock.now() + inMs;
    const one = { expiresAt, expire: () => ended.push({ wanted: expiresAt, at: clock.now() }) };
    expiries.add(one);
    return one;
  };
  const gone = add(1_500);
  for (const inMs of [4_000, 2_000, 2_001, 2_100, 0]) add(inMs);
  expiries.delete(gone);
  await clock.advance(3_000);
  add(500);
  await clock.advance(3_000);
  expect(ended).toHaveLength(6);
  for (const { wanted, at } of ended) {
    expect(at - wanted).toBeGreaterThanOrEqual(0);
    expect(at - wanted).toBeLessThan(1_000);
  }
  expect(clock.pending()).toBe(0);
});

it("[GW14] when the last has gone before its time, so has the timer", () => {
  const clock = createFakeClock();
  const expiries = new Expiries(clock);
  const one = { expiresAt: clock.now() + 1_000, expire: () => expect.unreachable() };
  expiries.add(one);
  expiries.delete(one);
  expect(clock.pending()).toBe(0);
});
