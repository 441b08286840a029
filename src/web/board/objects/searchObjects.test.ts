import { expect, it } from "vitest";
import type { CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { describeObject } from "./describeObject.ts";
import { searchObjects } from "./searchObjects.ts";

const objects: CanvasObject[] = [
  { id: "a", kind: "text", text: "Photosynthèse in the leaf" },
  { id: "b", kind: "circle", x: 1500, y: 900 },
  { id: "c", kind: "image", label: "Leaf under glass" },
  { id: "d", kind: "latex_svg", metadata: { latex: "x^2" } },
];
const board = { objects: new Map(objects.map((object) => [object.id, object])) };
const listed = objects.map((object) => ({ object, sentence: describeObject(object, "Ada") }));
const found = (text: string) => searchObjects(listed, board, text).map(({ object }) => object.id);

it("[BO18] objects are found by their words, whatever case and accents, all of which must occur", () => {
  expect(found("LEAF")).toEqual(["a", "c"]);
  expect(found("leaf photosynthese")).toEqual(["a"]);
  expect(found("leaf root")).toEqual([]);
});

it("[BO18] objects are found by what they are, where, by whom, and formulas by their source", () => {
  expect(found("circle")).toEqual(["b"]);
  expect(found("bottom right")).toEqual(["b"]);
  expect(found("formula x^2")).toEqual(["d"]);
  expect(found("ada")).toEqual(["a", "b", "c", "d"]);
});

it("[BO18] nothing looked for leaves the list as it is", () => {
  expect(searchObjects(listed, board, "  ")).toBe(listed);
});
