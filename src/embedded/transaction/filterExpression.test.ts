import { compareValues, convexToJson, type Value } from "convex/values";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { JSONValue } from "../values/jsonValue.ts";
import { passesFilter } from "./filterExpression.ts";

const scalar = fc.oneof(
  fc.constantFrom<Value>(null, true, false, "", "a", 0n, 1n, -3n, 0, -0, 1, 2.5, NaN, Infinity),
  fc.constant([1, "x"] as Value),
);
const literal = (value: Value | undefined): JSONValue => ({
  $literal: value === undefined ? { $undefined: null } : convexToJson(value),
});

it("[FE1] comparisons follow the order of values, a missing field being the smallest", () => {
  const optional = fc.option(scalar, { nil: undefined });
  fc.assert(
    fc.property(optional, optional, (left, right) => {
      const document = left === undefined ? {} : { inner: { a: convexToJson(left) } };
      const order = compareValues(left, right);
      const says = (operator: string): boolean =>
        passesFilter({ [operator]: [{ $field: "inner.a" }, literal(right)] }, document);
      expect([says("$eq"), says("$neq")]).toEqual([order === 0, order !== 0]);
      expect([says("$lt"), says("$lte")]).toEqual([order < 0, order <= 0]);
      expect([says("$gt"), says("$gte")]).toEqual([order > 0, order >= 0]);
    }),
  );
});

it("[FE2] arithmetic takes two numbers of one type and nothing else", () => {
  const is = (expression: JSONValue, expected: Value): boolean =>
    passesFilter({ $eq: [expression, literal(expected)] }, {});
  expect(is({ $add: [literal(1), literal(2)] }, 3)).toBe(true);
  expect(is({ $sub: [literal(1n), literal(2n)] }, -1n)).toBe(true);
  expect(is({ $mul: [literal(2n ** 62n), literal(4n)] }, 0n)).toBe(true);
  expect(is({ $div: [literal(7n), literal(2n)] }, 3n)).toBe(true);
  expect(is({ $div: [literal(1), literal(0)] }, Infinity)).toBe(true);
  expect(is({ $mod: [literal(7), literal(4)] }, 3)).toBe(true);
  expect(is({ $neg: literal(0) }, -0)).toBe(true);
  expect(() => is({ $add: [literal(1), literal(1n)] }, 2)).toThrow(/same type/);
  expect(() => is({ $div: [literal(1n), literal(0n)] }, 0n)).toThrow(/zero/);
  expect(() => is({ $neg: literal("x") }, 0)).toThrow(/not a number/);
});

it("[FE3] what counts as true is what does in JavaScript", () => {
  for (const value of [null, false, 0, -0, NaN, 0n, "", true, 1, -1n, "x", [], {}] as Value[]) {
    expect(passesFilter(literal(value), {})).toBe(Boolean(value));
    expect(passesFilter({ $not: literal(value) }, {})).toBe(!value);
    expect(passesFilter({ $and: [literal(true), literal(value)] }, {})).toBe(Boolean(value));
    expect(passesFilter({ $or: [literal(false), literal(value)] }, {})).toBe(Boolean(value));
  }
});

it("[FE4] an expression that is none is refused", () => {
  for (const expression of [
    null,
    1,
    {},
    { $pow: [] },
    { $eq: [1] },
    { $eq: [], $neq: [] },
    { $field: 1 },
    { $and: {} },
  ]) {
    expect(() => passesFilter(expression as JSONValue, {})).toThrow(
      expect.objectContaining({ code: "BAD_REQUEST" }),
    );
  }
});
