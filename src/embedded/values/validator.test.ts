import { v, type GenericValidator, type ValidatorJSON } from "convex/values";
import { expect, it } from "vitest";
import type { JSONValue } from "./jsonValue.ts";
import { validateValue } from "./validator.ts";

function json(validator: GenericValidator): ValidatorJSON {
  return (validator as unknown as { json: ValidatorJSON }).json;
}

function failure(validator: GenericValidator, value: JSONValue | undefined) {
  return validateValue(json(validator), value, (table, id) => id.startsWith(`${table}|`));
}

const INT: JSONValue = { $integer: "BQAAAAAAAAA=" };
const NAN: JSONValue = { $float: "AAAAAAAA+H8=" };
const BYTES: JSONValue = { $bytes: "AAE=" };

const samples: [GenericValidator, JSONValue[], JSONValue[]][] = [
  [v.null(), [null], [0, false, "null"]],
  [v.number(), [0, 1.5, NAN], [INT, "1", null]],
  [v.int64(), [INT], [1, NAN]],
  [v.boolean(), [true, false], [0, null]],
  [v.string(), ["", "x"], [1, null, ["x"]]],
  [v.bytes(), [BYTES], ["x", { bytes: 1 }]],
  [v.any(), [null, 1, { a: [1] }], []],
  [v.id("users"), ["users|1"], ["posts|1", 1]],
  [v.literal("a"), ["a"], ["b", null]],
  [v.literal(5n), [INT], [5]],
  [v.array(v.number()), [[], [1, 2]], [[1, "x"], { 0: 1 }]],
  [
    v.object({ a: v.number(), b: v.optional(v.string()) }),
    [{ a: 1 }, { a: 1, b: "" }],
    [{}, { a: 1, c: 1 }, { a: 1, b: 2 }, BYTES, []],
  ],
  [v.record(v.string(), v.number()), [{}, { x: 1 }], [{ x: "1" }, []]],
  [v.record(v.id("users"), v.number()), [{ "users|1": 1 }], [{ x: 1 }]],
  [v.union(v.string(), v.object({ a: v.null() })), ["x", { a: null }], [1, { a: 1 }]],
];

it("[VA1] a value passes exactly if Convex would let it", () => {
  for (const [validator, good, bad] of samples) {
    for (const value of good) expect(failure(validator, value)).toBeNull();
    for (const value of [...bad, undefined]) expect(failure(validator, value)).not.toBeNull();
  }
});

it("[VA2] a field that an object inherits is not a field", () => {
  const validator = v.object({ constructor: v.optional(v.string()) });
  expect(failure(validator, {})).toBeNull();
  expect(failure(v.object({}), JSON.parse('{"__proto__": 1}') as JSONValue)).not.toBeNull();
  expect(failure(v.object({ toString: v.any() }), {})).not.toBeNull();
});

it("[VA3] a failure names what is wrong, where, the value and the validator", () => {
  const validator = v.object({
    list: v.array(v.object({ n: v.number() })),
    o: v.optional(v.any()),
  });
  expect(failure(validator, { list: [{ n: 1 }, { n: "x" }] })).toEqual({
    path: ".list[1].n",
    message:
      'Value does not match validator.\n\nPath: .list[1].n\nValue: "x"\nValidator: v.float64()',
  });
  expect(failure(validator, { list: [{}] })?.message).toBe(
    "Object is missing the required field `n`. Consider wrapping the field validator in " +
      "`v.optional(...)` if this is expected.\n\nPath: .list[0]\nObject: {}\nValidator: v.object({n: v.float64()})",
  );
  expect(failure(validator, { list: [], more: INT })?.message).toBe(
    "Object contains extra field `more` that is not in the validator.\n\n" +
      "Object: {list: [], more: 5n}\n" +
      "Validator: v.object({list: v.array(v.object({n: v.float64()})), o: v.optional(v.any())})",
  );
});
