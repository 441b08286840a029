import { expect, it } from "vitest";
import { boxOf } from "../../../../convex/contract/board/objectBox.ts";
import type { CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { BoardScene } from "../link/boardScene.ts";
import { withWords } from "./objectText.ts";
import { canBeLabelled, labelFor, settledLabel } from "./shapeLabel.ts";
import { middleOf } from "./turnObject.ts";

const shape: CanvasObject = { id: "s", kind: "rect", x: 40, y: 20, width: 200, height: 120 };
const setup = (...objects: CanvasObject[]) => ({
  scene: BoardScene.of(objects),
  ink: { colour: "#111111", size: 3 },
  signed: (object: Partial<CanvasObject> & { kind: CanvasObject["kind"] }) => ({
    ...object,
    id: "l",
  }),
});

it("[BO17] a label stands in the middle of its shape, however long it gets, and is one group with it", () => {
  const label = withWords(labelFor(shape, setup(shape)), "A long label that takes several lines");
  const changes = settledLabel(label!, shape);
  const [[, text], [shapeId, grouped]] = changes as [
    [string, CanvasObject],
    [string, CanvasObject],
  ];
  const [own, box] = [middleOf(boxOf(text)), middleOf(boxOf(shape))];
  expect(Math.abs(own.x - box.x) + Math.abs(own.y - box.y)).toBeLessThan(0.2);
  expect(shapeId).toBe("s");
  expect(grouped.groupId).toBe(text.groupId);
});

it("[BO17] a shape that has a label is given no second one, and keeps its group", () => {
  const labelled = { ...shape, groupId: "g" };
  const known: CanvasObject = {
    ...{ id: "k", kind: "text", text: "Old", groupId: "g" },
    metadata: { role: "label", linked_to: "s" },
  };
  expect(labelFor(labelled, setup(labelled, known))).toBe(known);
  expect(settledLabel(known, labelled)).toHaveLength(1);
});

it("[BO17] texts and the controls of a question take no label", () => {
  expect(canBeLabelled({ id: "t", kind: "text" })).toBe(false);
  const control = { id: "o", kind: "circle" as const, metadata: { role: "option_selector" } };
  expect(canBeLabelled(control)).toBe(false);
  expect(canBeLabelled(shape)).toBe(true);
});
