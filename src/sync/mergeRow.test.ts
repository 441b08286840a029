import { expect, it } from "vitest";
import * as Y from "yjs";
import { mergeRow } from "./mergeRow.ts";

/** A board on which somebody drags one object, and what each step wrote. */
function dragged(steps: number) {
  const doc = new Y.Doc();
  doc.getMap("objects").set("earlier", { id: "earlier" });
  const saved = Y.encodeStateAsUpdate(doc);
  const before = Y.decodeStateVector(Y.encodeStateVector(doc));
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  for (let x = 0; x < steps; x++) doc.getMap("objects").set("dragged", { id: "dragged", x });
  const encode = (stateVector: Uint8Array) => Y.encodeStateAsUpdate(doc, stateVector);
  return { doc, saved, before, updates, encode };
}

function boardOf(...rows: Uint8Array[]) {
  const doc = new Y.Doc();
  for (const row of rows) Y.applyUpdate(doc, row);
  return doc.getMap("objects").toJSON();
}

it.each([3, 2_000])("[BW1] a row of %i steps holds what they led to", (steps) => {
  const { doc, saved, before, updates, encode } = dragged(steps);
  const row = mergeRow(encode, updates, before);
  expect(boardOf(saved, row)).toEqual(doc.getMap("objects").toJSON());
});

it("[BW1] of many steps only what is left of them is written", () => {
  const { before, updates, encode } = dragged(2_000);
  expect(mergeRow(encode, updates, before).byteLength).toBeLessThan(200);
});
