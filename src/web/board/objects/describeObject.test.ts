import { expect, it } from "vitest";
import { CANVAS_KINDS } from "../../../../convex/contract/boardOps.ts";
import { describeAmounts, describeObject } from "./describeObject.ts";

it.each(CANVAS_KINDS)("[WD7] a %s has words", (kind) => {
  expect(describeObject({ id: "o", kind, x: 0, y: 0 })).toMatch(/^[A-Z].*, top left$/);
});

it("[WD7] says what it reads, where it is and whose it is", () => {
  const text = { id: "t", kind: "text" as const, x: 700, y: 420, width: 200, text: "Krebs\ncycle" };
  expect(describeObject(text, "Ada")).toBe("Text “Krebs cycle”, in the middle, by Ada");
  expect(describeObject({ ...text, metadata: { source: "assistant" } }, "Ada")).toBe(
    "Text “Krebs cycle”, in the middle, by the tutor",
  );
});

it("[WD7] a palette colour is named and a long text is cut", () => {
  const rect = { id: "r", kind: "rect" as const, x: 1500, y: 1200, stroke: "#c8372d" };
  expect(describeObject(rect)).toBe("Red rectangle, below the first screen");
  const long = describeObject({ id: "t", kind: "text", text: "word ".repeat(100), x: 0, y: 0 });
  expect(long.length).toBeLessThan(160);
});

it("[WD7] amounts are told in the same words, however the contract parts them", () => {
  const kinds = [
    { kind: "path", count: 2 },
    { kind: "latex_svg", count: 1 },
    { kind: "text", count: 1 },
    { kind: "textbox", count: 3 },
  ] as const;
  expect(describeAmounts(kinds)).toBe("2 drawings, 1 formula, 4 texts");
});
