import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { readAnswer, readSpans, type Block, type Span } from "./answerMarkup.ts";

it("[WP13] blocks and spans of what tutors write", () => {
  const text =
    "## Why\nLight is **needed** [1].\nIt is `absorbed`.\n\n> a quotation\n> of two lines [2]\n- one\n- *two*\n1. first\n```\nx = 1\n```";
  expect(readAnswer(text)).toEqual([
    { kind: "heading", spans: [{ kind: "text", text: "Why" }] },
    {
      kind: "paragraph",
      spans: [
        { kind: "text", text: "Light is " },
        { kind: "strong", text: "needed" },
        { kind: "text", text: " " },
        { kind: "citation", number: 1 },
        { kind: "text", text: ". It is " },
        { kind: "code", text: "absorbed" },
        { kind: "text", text: "." },
      ],
    },
    {
      kind: "quote",
      spans: [
        { kind: "text", text: "a quotation of two lines " },
        { kind: "citation", number: 2 },
      ],
    },
    {
      kind: "list",
      isOrdered: false,
      items: [[{ kind: "text", text: "one" }], [{ kind: "em", text: "two" }]],
    },
    { kind: "list", isOrdered: true, items: [[{ kind: "text", text: "first" }]] },
    { kind: "code", text: "x = 1" },
  ]);
});

it("[WP13] a quotation with its source is told from other quotation marks", () => {
  expect(readSpans("It says: “light is needed” [2]. A “so-called” need.")).toEqual([
    { kind: "text", text: "It says: " },
    { kind: "quotation", text: "“light is needed”" },
    { kind: "text", text: " " },
    { kind: "citation", number: 2 },
    { kind: "text", text: ". A “so-called” need." },
  ]);
});

it.each(["**half", "a * b * c", "2*3*4", "snake_case_name", "[x]", "[", "`half"])(
  "[WP13] %j is shown as it is",
  (text) => {
    expect(readSpans(text)).toEqual([{ kind: "text", text }]);
  },
);

const wordsOf = (spans: Span[]) =>
  spans.map((span) => (span.kind === "citation" ? `[${span.number}]` : span.text)).join("");
const textOf = (block: Block) => {
  if (block.kind === "code") return block.text;
  return block.kind === "list" ? block.items.map(wordsOf).join("") : wordsOf(block.spans);
};

test.prop([fc.stringMatching(/^[a-z [\]0-9.,\n]{0,200}$/)])(
  "[WP13] no letter of an answer is lost",
  (text) => {
    const letters = (s: string) => s.replace(/[^a-z]/g, "");
    expect(letters(readAnswer(text).map(textOf).join(""))).toBe(letters(text));
  },
);

test.prop([fc.string({ unit: "binary", maxLength: 300 })])(
  "[WP13] any prefix of anything can be read",
  (text) => {
    for (let end = 0; end <= text.length; end += 7) readAnswer(text.slice(0, end));
  },
);
