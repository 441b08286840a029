import { expect, it } from "vitest";
import * as Y from "yjs";
import { OBJECTS_MAP, type CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { createBoardMaps } from "./boardMaps.ts";

const rect = (id: string, x = 0): CanvasObject => ({
  id,
  kind: "rect",
  x,
  y: 0,
  width: 10,
  height: 10,
});

/** This page's board, and another person's that gets every change at once, and the other way round. */
function setup() {
  const doc = new Y.Doc();
  const otherDoc = new Y.Doc();
  doc.on("update", (update: Uint8Array) => Y.applyUpdate(otherDoc, update));
  otherDoc.on("update", (update: Uint8Array) => Y.applyUpdate(doc, update));
  const board = createBoardMaps(doc);
  let changes = 0;
  board.onChange(() => changes++);
  return { board, other: otherDoc.getMap<CanvasObject>(OBJECTS_MAP), changes: () => changes };
}

it("[WP9] undo takes back this page's gestures one by one, and nobody else's changes", () => {
  const { board, other } = setup();
  board.beginGesture();
  board.write([["a", rect("a")]]);
  board.beginGesture();
  board.write([["a", rect("a", 50)]]);
  board.write([["a", rect("a", 90)]]);
  other.set("b", rect("b"));
  board.undo();
  expect(board.scene.get("a")?.x).toBe(0); // both moves were one gesture
  board.undo();
  expect(board.list().map(({ id }) => id)).toEqual(["b"]);
  expect(board.canUndo()).toBe(false);
  board.redo();
  board.redo();
  expect(board.scene.get("a")?.x).toBe(90);
});

it("[WP9] what is undone and redone reaches the others", () => {
  const { board, other } = setup();
  board.write([["a", rect("a")]]);
  board.undo();
  expect(other.has("a")).toBe(false);
  board.redo();
  expect(other.has("a")).toBe(true);
});

it("[WP9] listeners hear of every change, and values stay the same between changes", () => {
  const { board, other, changes } = setup();
  const before = changes();
  const objects = board.list();
  expect(board.list()).toBe(objects);
  other.set("b", rect("b"));
  expect(changes()).toBeGreaterThan(before);
  expect(board.list()).not.toBe(objects);
});
