/**
 * The words in a shape: a text of their own, linked to the shape as the tutor's labels are, in one group
 * with it and always in its middle. Pure (rule BO17).
 */
import { angleOf, boxOf } from "../../../../convex/contract/board/objectBox.ts";
import { groupOf } from "../../../../convex/contract/board/objectGroups.ts";
import type { CanvasKind, CanvasObject } from "../../../../convex/contract/boardOps.ts";
import type { BoardChange } from "../link/boardScene.ts";
import type { GestureBoard } from "../hands/gesture.ts";
import { newObjectId } from "./newObject.ts";
import { round } from "./objectGeometry.ts";
import { turnObject, middleOf } from "./turnObject.ts";

const LABEL_SIZE = 20; // board pixels
const LINE = 1.35 * LABEL_SIZE;
const PADDING = 8; // to the shape's left and right
const LABELLED: ReadonlySet<CanvasKind> = new Set([
  "rect",
  "ellipse",
  "circle",
  "triangle",
  "polygon",
]);
/** Parts of questions are shapes that say something already. */
const TAKEN: readonly unknown[] = ["option_selector", "option_choice"];

export function canBeLabelled({ kind, metadata }: CanvasObject): boolean {
  return LABELLED.has(kind) && !TAKEN.includes(metadata?.role);
}

/** The label that a shape has, or a new one without words. */
export function labelFor(
  shape: CanvasObject,
  board: Pick<GestureBoard, "scene" | "signed" | "ink">,
): CanvasObject {
  const known = board.scene
    .pick(board.scene.groupAround(shape))
    .find((object) => isLabelOf(object, shape));
  if (known) return known;
  const box = boxOf(shape);
  const label = board.signed({
    kind: "text",
    x: round(box.x + PADDING),
    y: round(box.y + (box.height - LINE) / 2),
    width: round(Math.max(LABEL_SIZE, box.width - 2 * PADDING)),
    text: "",
    fontSize: LABEL_SIZE,
    textAnchor: "middle",
    fill: board.ink.colour,
    groupId: groupOf(shape) ?? newObjectId(),
    metadata: { role: "label", linked_to: shape.id },
  });
  return shape.angle ? turnObject(label, middleOf(box), angleOf(shape)) : label;
}

/** What else changes when a label is written: it stays in the middle, and shape and label are one group. */
export function settledLabel(
  label: CanvasObject,
  shape: CanvasObject | undefined,
): readonly BoardChange[] {
  if (!shape || !isLabelOf(label, shape)) return [[label.id, label]];
  const [box, own] = [middleOf(boxOf(shape)), middleOf(boxOf(label))];
  const y = round(Number(label.y ?? 0) + box.y - own.y);
  const x = round(Number(label.x ?? 0) + box.x - own.x);
  const changes: BoardChange[] = [[label.id, { ...label, x, y }]];
  if (groupOf(shape) === undefined) {
    changes.push([shape.id, { ...shape, groupId: label.groupId ?? null }]);
  }
  return changes;
}

function isLabelOf({ kind, metadata }: CanvasObject, shape: CanvasObject): boolean {
  return kind === "text" && metadata?.["linked_to"] === shape.id;
}
