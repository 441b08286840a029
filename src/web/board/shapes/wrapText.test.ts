import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { wrapText } from "./wrapText.ts";

const half = (word: string) => word.length / 2; // every sign is half as wide as the font is high

it("[BO4] a text is broken between words, and within one that is longer than a line", () => {
  expect(wrapText("one two three", 10, 40, half)).toEqual(["one two", "three"]);
  expect(wrapText("abcdefgh ij", 10, 20, half)).toEqual(["abcd", "efgh", "ij"]);
  expect(wrapText("a\n\nb", 10, 100, half)).toEqual(["a", "", "b"]);
  expect(wrapText("", 10, 100, half)).toEqual([""]);
});

test.prop([
  fc.string({ unit: fc.constantFrom("a", "b", " ", "\n") }),
  fc.integer({ min: 5, max: 200 }),
])("[BO4] no line is wider than the room, and no sign but spaces is lost", (text, width) => {
  const lines = wrapText(text, 10, width, half);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(Math.max(10, width) / 5);
  expect(lines.join("").replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
});
