import fc from "fast-check";
import { expect, it } from "vitest";

import { FlushPace } from "./flushPace.ts";

function paceAt(utilization: number) {
  const clock = { ms: 1_000, utilization };
  const deps = { now: () => clock.ms, utilization: () => clock.utilization };
  return { clock, pace: new FlushPace(deps) };
}

it("[CM9] the first commit waits for nothing, however busy the thread is", () => {
  expect(paceAt(1).pace.waitMs()).toBe(0);
});

it("[CM9] with time to spare commits wait for nothing", () => {
  const { pace } = paceAt(0.5);
  pace.flushed();
  expect(pace.waitMs()).toBe(0);
});

it("[CM9] a thread that is short of time keeps flushes 3 ms apart, and no longer than it is", () => {
  const { clock, pace } = paceAt(0.9);
  pace.flushed();
  expect(pace.waitMs()).toBe(3);
  clock.ms += 1;
  expect(pace.waitMs()).toBe(2);
  clock.ms += 2;
  expect(pace.waitMs()).toBe(0);

  clock.utilization = 0.1;
  clock.ms += 50;
  pace.flushed();
  expect(pace.waitMs()).toBe(0);
});

it("[CM9] a wait is whole, at most 3 ms, and no shorter for a busier thread", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const property = fc.property(share, share, fc.nat({ max: 5_000 }), (a, b, passedUs) => {
    const [calm, busy] = [Math.min(a, b), Math.max(a, b)].map((utilization) => {
      const { clock, pace } = paceAt(utilization);
      pace.flushed();
      clock.ms += passedUs / 1_000;
      return pace.waitMs();
    });
    expect([0, 1, 2, 3]).toContain(calm);
    expect([0, 1, 2, 3]).toContain(busy);
    expect(busy).toBeGreaterThanOrEqual(calm ?? NaN);
  });
  fc.assert(property);
});
