import fc from "fast-check";
import { expect, it } from "vitest";
import { ReadSet } from "./readSet.ts";
import { SubscriptionIndex } from "./subscriptionIndex.ts";

const key = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 3 });
const interval = fc.record({ index: fc.nat(2), start: key, end: key });
const written = fc.array(fc.record({ index: fc.nat(2), key }), { maxLength: 4 });
const MANY = 10 * (fc.readConfigureGlobal().numRuns ?? 100);
type Interval = { index: number; start: string; end: string };

function readSet(intervals: readonly Interval[]): ReadSet {
  const reads = new ReadSet();
  for (const { index, start, end } of intervals) reads.add(index, start, end);
  return reads;
}

function isTouched(
  intervals: readonly Interval[],
  writes: readonly { index: number; key: string }[],
) {
  return writes.some((write) =>
    intervals.some(
      (read) => read.index === write.index && read.start <= write.key && write.key < read.end,
    ),
  );
}

it("[RS1] a read set overlaps a write exactly if one of its intervals holds the key", () => {
  fc.assert(
    fc.property(fc.array(interval, { maxLength: 12 }), written, (intervals, writes) => {
      expect(readSet(intervals).overlaps(writes)).toBe(isTouched(intervals, writes));
      const merged = [...readSet(intervals).intervals()];
      expect(isTouched(merged, writes)).toBe(isTouched(intervals, writes));
    }),
    { numRuns: MANY },
  );
});

it("[RS2] an interval that was widened counts as widened, also after it was asked for", () => {
  const reads = new ReadSet();
  const open = reads.add(1, "b", "b");
  expect(reads.overlaps([{ index: 1, key: "b" }])).toBe(false);
  reads.widen(open, "b", "d");
  expect(reads.overlaps([{ index: 1, key: "c" }])).toBe(true);
  expect([...reads.intervals()]).toEqual([{ index: 1, start: "b", end: "d" }]);
});

const step = fc.oneof(
  fc.record({
    do: fc.constant("add" as const),
    token: fc.nat(9),
    reads: fc.array(interval, { maxLength: 6 }),
  }),
  fc.record({ do: fc.constant("remove" as const), token: fc.nat(9) }),
  fc.record({ do: fc.constant("commit" as const), writes: written }),
);

it("[SB1] a commit touches exactly the subscriptions that looking at each would find", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const index = new SubscriptionIndex<number>();
      const all = new Map<number, Interval[]>();
      for (const action of steps) {
        if (action.do === "add") {
          index.add(action.token, readSet(action.reads));
          all.set(action.token, action.reads);
        } else if (action.do === "remove") {
          index.remove(action.token);
          all.delete(action.token);
        } else {
          const expected = [...all].filter(([, reads]) => isTouched(reads, action.writes));
          expect([...index.touched(action.writes)].sort()).toEqual(expected.map(([t]) => t).sort());
        }
      }
    }),
    { numRuns: MANY },
  );
});

it("[SB2] ten thousand subscriptions on keys of their own are not looked at one by one", () => {
  const index = new SubscriptionIndex<number>();
  let comparisons = 0;
  const counted = (text: string): string =>
    ({
      toString: () => text,
      [Symbol.toPrimitive]: () => (comparisons++, text),
    }) as unknown as string;
  for (let token = 0; token < 10_000; token++) {
    const own = String(token).padStart(5, "0");
    index.add(token, readSet([{ index: 1, start: own, end: own + "\0" }]));
  }
  expect([...index.touched([{ index: 1, key: counted("04242") }])]).toEqual([4242]);
  expect(comparisons).toBeLessThan(300);
});
