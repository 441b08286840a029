import { compareValues, convexToJson, type Value } from "convex/values";
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  encodeKey,
  encodeTuple,
  keyFromBytes,
  keyToBytes,
  prefixEnd,
  successor,
} from "./keyEncoding.ts";

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 4 }),
  fc.string({
    unit: fc.constantFrom("\0", "\x01", "\x02", "a", "é", "\uffff", "😀"),
    maxLength: 3,
  }),
);
const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -300n, max: 300n }),
);
const float64 = fc.oneof(
  fc.double(),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(0, -0, NaN, Infinity, -Infinity, Number.MIN_VALUE, -Number.MIN_VALUE),
);
const bytes = fc.uint8Array({ maxLength: 3 }).map((array) => new Uint8Array(array).buffer);
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constant(null),
    fc.boolean(),
    int64,
    float64,
    text,
    bytes,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "ab", "_", "Z"), tie("value"), { maxKeys: 3 }),
  ),
}));

const MANY = 30 * (fc.readConfigureGlobal().numRuns ?? 100);

function sign(order: number): number {
  return order === 0 ? 0 : order < 0 ? -1 : 1;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function keyOf(item: Value | undefined): string {
  return encodeKey(item === undefined ? undefined : convexToJson(item));
}

it("[KY1] keys are ordered as Convex orders the values, and equal only if the values are", () => {
  const optional = fc.option(value, { nil: undefined });
  fc.assert(
    fc.property(optional, optional, (a, b) => {
      expect(order(keyOf(a), keyOf(b))).toBe(sign(compareValues(a, b)));
    }),
    { numRuns: MANY },
  );
});

it("[KY1] keys of near values are ordered too", () => {
  const near = fc.constantFrom<Value[]>(
    [],
    [null],
    [[]],
    [{}],
    ["a"],
    ["a\0"],
    ["a\x01"],
    ["a\0\0"],
  );
  fc.assert(
    fc.property(fc.array(near, { maxLength: 3 }), fc.array(near, { maxLength: 3 }), (a, b) => {
      expect(order(keyOf(a), keyOf(b))).toBe(sign(compareValues(a, b)));
    }),
  );
});

it("[KY2] no key is the beginning of another, so tuples compare part by part", () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      const [first, second] = [keyOf(a), keyOf(b)];
      if (first !== second) expect(second.startsWith(first)).toBe(false);
    }),
    { numRuns: MANY },
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { minLength: 2, maxLength: 2 }), ([a, b]) => {
      const keys = [a!, b!].map((pair) => encodeTuple(pair.map(convexToJson)));
      const expected = sign(compareValues(a![0], b![0]) || compareValues(a![1], b![1]));
      expect(order(keys[0]!, keys[1]!)).toBe(expected);
    }),
  );
});

it("[KY3] keys survive being bytes, and bytes order as keys do", () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      const [first, second] = [keyOf(a), keyOf(b)];
      expect(keyFromBytes(keyToBytes(first))).toBe(first);
      expect(sign(Buffer.compare(keyToBytes(first), keyToBytes(second)))).toBe(
        order(first, second),
      );
    }),
  );
});

it("[KY4] a prefix ends right after the last key that starts with it", () => {
  fc.assert(
    fc.property(value, value, fc.string({ unit: "binary-ascii", maxLength: 3 }), (a, b, rest) => {
      const key = keyOf(a);
      expect(key + rest < prefixEnd(key)).toBe(true);
      expect(successor(key) > key && successor(key) <= key + "\0").toBe(true);
      if (keyOf(b) > key) expect(keyOf(b) >= prefixEnd(key)).toBe(true);
    }),
  );
});
