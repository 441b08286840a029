import { expect, it } from "vitest";
import { checkValue } from "./checkValue.ts";
import type { JSONValue } from "./jsonValue.ts";

const nested = (levels: number): JSONValue =>
  levels === 0 ? 1 : levels % 2 === 0 ? [nested(levels - 1)] : { a: nested(levels - 1) };

const check =
  (value: JSONValue, maxNesting = 64) =>
  () => {
    checkValue(value, maxNesting);
  };

it("[HO6] a value is as deep as its arrays and objects, int64 and bytes not counted", () => {
  expect(check(nested(64))).not.toThrow();
  expect(check(nested(65))).toThrow(/too nested/);
  expect(check([{ $bytes: "AAAA" }], 1)).not.toThrow();
});

it("[LM3] arguments and results break no rule of values anywhere in them", () => {
  const inside = (value: JSONValue): JSONValue => ({ list: [1, { value }] });
  expect(check(inside(new Array<number>(8_192).fill(1)))).not.toThrow();
  expect(check(inside(new Array<number>(8_193).fill(1)))).toThrow(
    "Array length is too long (8193 > maximum length 8192)",
  );
  const fields = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, 1]));
  expect(check(inside(fields(1_024)))).not.toThrow();
  expect(check(inside(fields(1_025)))).toThrow(/too many fields \(1025 > maximum number 1024\)/);
  expect(check(inside({ ["a".repeat(1_024)]: 1 }))).not.toThrow();
  expect(check(inside({ ["a".repeat(1_025)]: 1 }))).toThrow(/Field name is too long/);
  expect(check(inside({ $a: 1, b: 1 }))).toThrow(/reserved/);
  expect(check(inside({ é: 1 }))).toThrow(/non-control ASCII/);
  expect(check(inside({ $undefined: null }))).toThrow(/undefined/);
  expect(check(inside("\ud83d\ude00"))).not.toThrow();
  expect(check(inside("\ud83d"))).toThrow(/surrogate/);
});
