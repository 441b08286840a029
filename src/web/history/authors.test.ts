import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import { authorsOf, authorStyle, namesFrom, NOBODY, TUTOR } from "./authors.ts";
import { pngScale } from "./drawPng.ts";
import { fileStem } from "./saveFile.ts";
import { versionTime, versionTitle } from "./versionWords.ts";

const by = (id: string, metadata: CanvasObject["metadata"]): CanvasObject => ({
  id,
  kind: "rect",
  metadata,
});

it("[BH10] the legend counts what each author has on the board, and who else changed something", () => {
  const objects = [
    by("a", { authorId: "ada" }),
    by("b", { authorId: "ada" }),
    by("c", { source: "assistant" }),
    by("d", { authorId: "gone" }),
    by("e", undefined),
  ];
  const contributions = [
    { userId: null, name: "Tutor", changed: 1 },
    { userId: "bob", name: "Bob", changed: 3 },
    { userId: "quiet", name: "Quiet", changed: 0 },
  ];
  const names = namesFrom([{ userId: "ada", name: "Ada" }], [{ contributions }]);
  const authors = authorsOf(objects, contributions, names);
  expect(
    authors.map(({ authorId, name, objects: n, changed }) => [authorId, name, n, changed]),
  ).toEqual([
    ["ada", "Ada", 2, 0],
    [TUTOR, "Tutor", 1, 1],
    ["gone", "Someone who left", 1, 0],
    [NOBODY, "Unknown", 1, 0],
    ["bob", "Bob", 0, 3],
  ]);
  const colours = authors.map(({ authorId }) => JSON.stringify(authorStyle(authorId)));
  expect(new Set(colours).size).toBeGreaterThan(3);
});

test.prop([fc.string()])("[BH10] no person has the tutor's colour, or a grey", (userId) => {
  const colour = /#(..)(..)(..)/.exec(JSON.stringify(authorStyle(userId)))!;
  const [red, green, blue] = colour.slice(1).map((hex) => Number.parseInt(hex, 16));
  expect(Math.max(red!, green!, blue!) - Math.min(red!, green!, blue!)).toBeGreaterThan(60);
  const isGreen = green! > 1.3 * red! && green! > 1.3 * blue!;
  expect(isGreen).toBe(false);
});

it("[BH10] a version says in words why it was kept and when", () => {
  expect(versionTitle({ kind: "named", label: "Sketch" })).toBe("Sketch");
  expect(versionTitle({ kind: "turn", label: "Why?" })).toBe("After “Why?”");
  expect(versionTitle({ kind: "turn", label: null })).toBe("After an answer of the tutor");
  expect(versionTitle({ kind: "restore", label: null })).toBe("Before a restore");
  const at = new Date(2026, 10, 21, 9, 5).getTime();
  expect(versionTime(at, at + 60_000)).toBe("09:05");
  expect(versionTime(at, at + 86_400_000)).toBe("Nov 21, 09:05");
});

it("[BH11] files have plain names; a picture fits what browsers can paint", () => {
  expect(fileStem("Cells & <Energy>: Ünit 2")).toBe("cells-energy-ünit-2");
  expect(fileStem("???")).toBe("board");
  expect(pngScale({ width: 800, height: 600 })).toBe(2);
  expect(pngScale({ width: 16_000, height: 100 })).toBe(0.5);
  const tall = { width: 6_000, height: 90_000 };
  expect(pngScale(tall) * 90_000).toBeLessThanOrEqual(8_000);
});
