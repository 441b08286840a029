import fc from "fast-check";
import { expect, it } from "vitest";

import { FlushPace } from "./flushPace.ts";

/** A pace whose thread is that busy, after one flush, with writers of whom the next group has none yet. */
function paceAt(utilization: number, writers = ["ann", "bob"]) {
  const clock = { ms: 1_000, utilization };
  const deps = { now: () => clock.ms, utilization: () => clock.utilization };
  const pace = new FlushPace(deps);
  pace.waitMs();
  for (const writer of writers) pace.joined(writer);
  pace.flushed();
  return { clock, pace };
}

it("[CM9] the first commit waits for nothing, however busy the thread is", () => {
  const pace = new FlushPace({ now: () => 1_000, utilization: () => 1 });
  pace.joined("ann");
  expect(pace.waitMs()).toBe(0);
});

it("[CM9] with time to spare commits wait for nothing", () => {
  const { pace } = paceAt(0.3);
  pace.joined("ann");
  expect(pace.waitMs()).toBe(0);
});

it("[CM9] a thread that is short of time keeps flushes 8 ms apart, and no longer than it is", () => {
  const { clock, pace } = paceAt(0.9);
  pace.joined("ann");
  expect(pace.waitMs()).toBe(8);
  clock.ms += 3;
  expect(pace.waitMs()).toBe(5);
  clock.ms += 5;
  expect(pace.waitMs()).toBe(0);

  clock.utilization = 0.1;
  clock.ms += 50;
  pace.flushed();
  pace.joined("ann");
  expect(pace.waitMs()).toBe(0);
});

it("[CM9] nothing waits any more once everybody who wrote lately is in the group", () => {
  const { pace } = paceAt(0.9);
  pace.joined("ann");
  pace.joined("ann");
  expect(pace.waitMs()).toBe(8);
  pace.joined("bob");
  expect(pace.waitMs()).toBe(0);
});

it("[CM9] nothing waits any more once eight have written, however many others do", () => {
  const writers = Array.from({ length: 64 }, (_, i) => `writer ${i}`);
  const { pace } = paceAt(0.9, writers);
  for (const writer of writers.slice(0, 7)) pace.joined(writer);
  expect(pace.waitMs()).toBe(8);
  pace.joined("writer 7");
  expect(pace.waitMs()).toBe(0);
});

it("[CM9] who has stopped writing is waited for no longer than 100 ms", () => {
  const { clock, pace } = paceAt(0.9);
  for (let i = 0; i < 11; i++) {
    clock.ms += 10;
    pace.joined("ann");
    pace.waitMs();
    pace.flushed();
  }
  pace.joined("ann");
  expect(pace.waitMs()).toBe(0);
});

it("[CM9] a wait is whole, at most 8 ms, and no shorter for a busier thread", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const property = fc.property(share, share, fc.nat({ max: 10_000 }), (a, b, passedUs) => {
    const [calm = NaN, busy = NaN] = [Math.min(a, b), Math.max(a, b)].map((utilization) => {
      const { clock, pace } = paceAt(utilization);
      clock.ms += passedUs / 1_000;
      pace.joined("ann");
      return pace.waitMs();
    });
    for (const wait of [calm, busy]) {
      expect(Number.isInteger(wait)).toBe(true);
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThanOrEqual(8);
    }
    expect(busy).toBeGreaterThanOrEqual(calm);
  });
  fc.assert(property);
});
