import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { layOutPage } from "./pageLayout.ts";

it("[WP17] a passage is marked within its paragraph", () => {
  const text = "One two three.\n\nFour five.";
  expect(layOutPage(text, { start: 4, end: 7 })).toEqual([
    [
      { text: "One ", isMarked: false },
      { text: "two", isMarked: true },
      { text: " three.", isMarked: false },
    ],
    [{ text: "Four five.", isMarked: false }],
  ]);
});

it("[WP17] a passage over two paragraphs is marked in both", () => {
  const marked = layOutPage("One two.\n\nThree four.", { start: 4, end: 15 });
  expect(marked.map((pieces) => pieces.filter((p) => p.isMarked).map((p) => p.text))).toEqual([
    ["two."],
    ["Three"],
  ]);
});

const text = fc
  .array(fc.constantFrom("word ", "\n", "\n\n", "x", " "))
  .map((parts) => parts.join(""));

test.prop([text, fc.nat(200), fc.nat(200)])(
  "[WP17] every letter is shown once, and exactly the range's letters are marked",
  (page, a, b) => {
    const range = { start: Math.min(a, b), end: Math.max(a, b) };
    const shown = layOutPage(page, range).flat();
    const letters = (s: string) => s.replace(/\s/g, "");
    expect(letters(shown.map((p) => p.text).join(""))).toBe(letters(page));
    const marked = shown.filter((p) => p.isMarked).map((p) => p.text);
    expect(letters(marked.join(""))).toBe(letters(page.slice(range.start, range.end)));
  },
);
