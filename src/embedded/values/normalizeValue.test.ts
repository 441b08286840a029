import { convexToJson, getConvexSize, type Value } from "convex/values";
import fc from "fast-check";
import { expect, it } from "vitest";
import { resolveCommitTs } from "./commitTs.ts";
import { int64ToJson, type JSONObject } from "./jsonValue.ts";
import { normalizeObject, sizeOf } from "./normalizeValue.ts";

const name = fc
  .string({ unit: "grapheme-ascii", minLength: 1, maxLength: 3 })
  .filter((text) => !text.startsWith("$"));
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Value>(null, true, 5n, NaN, -0, new Uint8Array([1, 2]).buffer),
    fc.double(),
    fc.string({ unit: "grapheme" }),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(name, tie("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
}));
const object = fc.dictionary(name, value, { maxKeys: 4, noNullPrototype: true });

it("[NV1] equal objects become equal text, whatever the order of their keys", () => {
  fc.assert(
    fc.property(object, (fields) => {
      const json = convexToJson(fields) as JSONObject;
      const reversed = Object.fromEntries(Object.entries(json).reverse());
      expect(normalizeObject(json)).toEqual(json);
      expect(JSON.stringify(normalizeObject(reversed))).toBe(JSON.stringify(normalizeObject(json)));
    }),
  );
});

it("[NV2] a size is what Convex counts", () => {
  fc.assert(
    fc.property(value, (item) => {
      expect(sizeOf(convexToJson(item))).toBe(getConvexSize(item));
    }),
  );
});

it("[NV3] the commit's time goes wherever it is asked for and changes nothing else", () => {
  const now = { $commitTs: null };
  const at = int64ToJson(7_000n);
  expect(resolveCommitTs({ a: now, b: [1, { c: now }], d: "x" }, 7)).toEqual({
    a: at,
    b: [1, { c: at }],
    d: "x",
  });
  const plain = { a: 1 };
  expect(resolveCommitTs(plain, 7)).toBe(plain);
});
