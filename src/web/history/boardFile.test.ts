import fc from "fast-check";
import { expect, it } from "vitest";
import { canvasObject, overlaps, unionBox } from "../../../convex/contract/boardOps.ts";
import { extentOf } from "../../../convex/contract/board/objectExtent.ts";
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import { importObjects, MAX_IMPORT_OBJECTS, readBoardFile, writeBoardFile } from "./boardFile.ts";

const PICTURES = new Map([["p1", "data:image/png;base64,iVBORw0KGgo="]]);
const names = new Map([["ada", "Ada"]]);
const rect = (id: string, more: Partial<CanvasObject> = {}): CanvasObject => ({
  id,
  kind: "rect",
  x: 10,
  y: 20,
  width: 100,
  height: 50,
  ...more,
});
const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
const NOT_OURS = "This is not a board that was saved as JSON here.";
const write = (objects: CanvasObject[]) =>
  writeBoardFile({ title: "T", savedAt: 0, names, objects, pictures: PICTURES });
const importing = (objects: CanvasObject[], taken = undefined as CanvasObject | undefined) => {
  let ids = 0;
  return importObjects(objects, {
    authorId: "bob",
    drawnAt: 5_000,
    newId: () => `new-${++ids}`,
    taken: taken && extentOf(taken),
    imageIds: new Map([["p1", "p9"]]),
  });
};

it("[BH11] what is saved is read again, with the names of its authors", () => {
  const objects = [rect("a", { metadata: { authorId: "ada", drawnAt: 1 } }), rect("b")];
  const text = write(objects);
  expect(JSON.parse(text)).toMatchObject({
    format: "lectern-board",
    version: 1,
    savedAt: "1970-01-01T00:00:00.000Z",
    authors: { ada: "Ada" },
  });
  expect(readBoardFile(text)).toEqual({ objects, pictures: PICTURES });
});

it("[BH12] says what is wrong with a file", () => {
  const board = JSON.parse(write([rect("a"), rect("b")])) as Record<string, unknown>;
  const changed = (change: object) => JSON.stringify({ ...board, ...change });
  const many = Array.from({ length: MAX_IMPORT_OBJECTS + 1 }, (_, i) => rect(`${i}`));
  for (const [text, sentence] of [
    ["<svg/>", "This file is not JSON."],
    ["null", NOT_OURS],
    ["[]", NOT_OURS],
    [changed({ format: "tldraw" }), NOT_OURS],
    [changed({ objects: {} }), NOT_OURS],
    [changed({ version: 2 }), "This board was saved by a newer version of Lectern."],
    [changed({ objects: [] }), "There is nothing on this board."],
    [changed({ objects: many }), "A file may hold at most 5000 objects."],
    [changed({ objects: [rect("a"), 7] }), "Object 2 of this file is damaged."],
    [changed({ objects: [{ ...rect("a"), x: 1e9 }] }), "Object 1 of this file is damaged (x)."],
    [
      write([]).replace("[]", `[{"id":"a","kind":"rect","deep":${nested(100_000)}}]`),
      "Object 1 of this file is nested too deep.",
    ],
    [changed({ pictures: { p1: "https://a.test/b.png" } }), NOT_OURS],
    [changed({ pictures: { "../p1": "data:image/png;base64,AAAA" } }), NOT_OURS],
    [changed({ pictures: { p1: "data:image/svg+xml;base64,AAAA" } }), NOT_OURS],
    [
      changed({ objects: [rect("a", { label: "x".repeat(4 * 1024 * 1024) })] }),
      "The objects of this file, without its pictures, are larger than 4 MB.",
    ],
    [" ".repeat(64 * 1024 * 1024 + 1), "This file is larger than 64 MB."],
  ] as const) {
    expect(() => readBoardFile(text)).toThrow(
      expect.objectContaining({ data: { code: "INVALID_INPUT", message: sentence } }),
    );
  }
});

it("[BH12] objects become new ones of the importer, in order, pointing to each other as before", () => {
  const imported = importing([
    rect("box", {
      groupId: "g",
      text: "box",
      metadata: { source: "assistant", authorId: "ada", id: "box", concept: "box", expiresAt: 9 },
    }),
    rect("arrow", { groupId: "g", metadata: { from: "box", to: "elsewhere", linked_to: "box" } }),
    {
      id: "group",
      kind: "group",
      x: 0,
      y: 0,
      objects: [rect("member", { metadata: { source: "assistant" } })],
    },
  ]);
  const [box, arrow, group] = imported as [CanvasObject, CanvasObject, CanvasObject];
  const [member] = group.objects as [CanvasObject];
  expect(box).toMatchObject({ text: "box", groupId: arrow.groupId });
  expect(box.metadata).toEqual({
    source: "user",
    authorId: "bob",
    drawnAt: 5_000,
    id: box.id,
    concept: "box",
  });
  expect(arrow.metadata).toMatchObject({ from: box.id, to: "elsewhere", linked_to: box.id });
  expect(imported.map(({ metadata }) => metadata?.drawnAt)).toEqual([5_000, 5_000.001, 5_000.002]);
  expect(member.metadata).toEqual({});
  const ids = [box, arrow, group, member].map(({ id }) => id);
  expect(new Set(ids).size).toBe(4);
  for (const id of ids) expect(id).toMatch(/^new-/);
});

it("[BH12] what is imported keeps its place where that is free, else lies below what is there", () => {
  expect(importing([rect("a")])[0]).toMatchObject({ x: 10, y: 20 });
  expect(importing([rect("a")], rect("far", { x: 5_000 }))[0]).toMatchObject({ x: 10, y: 20 });
  const objects = fc.array(
    fc.record({
      x: fc.integer({ min: -500, max: 2_000 }),
      y: fc.integer({ min: -500, max: 2_000 }),
    }),
    { minLength: 1, maxLength: 10 },
  );
  fc.assert(
    fc.property(objects, (places) => {
      const taken = rect("taken", { x: 0, y: 0, width: 1_500, height: 900 });
      const imported = importing(
        places.map((place, i) => rect(`${i}`, place)),
        taken,
      );
      expect(overlaps(unionBox(imported.map(extentOf)), extentOf(taken))).toBe(false);
      for (const object of imported) expect(canvasObject.safeParse(object).success).toBe(true);
    }),
  );
});

it("[BH12] a picture that came with the file is found under its new id, others under their own", () => {
  const group: CanvasObject = {
    ...rect("g", { kind: "group" }),
    objects: [rect("i", { kind: "image", src: "file:p1" })],
  };
  const other = rect("o", { kind: "image", src: "file:p2" });
  const [first, second] = importing([group, other]);
  expect([first?.objects?.[0]?.src, second?.src]).toEqual(["file:p9", "file:p2"]);
});

it("[BH12] nothing of its former author's comes along", () => {
  const metadata = { source: "assistant" as const, authorId: "ada", seal: "secret" };
  const [object] = importing([rect("a", { metadata })]);
  expect(object?.metadata).toEqual({ source: "user", authorId: "bob", drawnAt: 5_000 });
});

it("[BH12] a graph's nodes keep the names by which its edges know them", () => {
  const layoutSpec = { nodes: [{ id: "a" }, { id: "b" }], edges: [{ source: "a", target: "b" }] };
  const [, graph] = importing([rect("a"), rect("g", { metadata: { layoutSpec } })]);
  expect(graph?.metadata?.["layoutSpec"]).toEqual(layoutSpec);
});
