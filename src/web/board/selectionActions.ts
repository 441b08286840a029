/**
 * What can be done with what is selected, with the rights of the person who does it: move, turn, delete, copy,
 * recolour, group, bring to front, answer with. Each is one step of undo.
 */
import { groupOf } from "../../../convex/contract/board/objectGroups.ts";
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import { drawnAt, topmost } from "./drawingOrder.ts";
import type { GestureBoard, InkStyle } from "./gesture.ts";
import { newObjectId, signedTogether } from "./newObject.ts";
import { moveObject } from "./objectGeometry.ts";
import { wordsOf } from "./objectText.ts";
import { selectionBox } from "./selectGestures.ts";
import { canBeLabelled, labelFor } from "./shapeLabel.ts";
import { middleOf, turnObject } from "./turnObject.ts";

const DUPLICATE_OFFSET = 24; // board pixels, so that the copy is seen

/** `say`: for screen readers. */
export function selectionActions(board: GestureBoard, say: (words: string) => void) {
  const chosen = board.scene.pick(board.selection);
  /** The chosen objects that may be edited; says so when some may not. */
  const editable = () => {
    const free = chosen.filter(board.mayEdit);
    if (free.length < chosen.length) board.sayLocked(chosen);
    if (free.length > 0) board.beginGesture();
    return free;
  };
  const change = (to: (object: CanvasObject) => CanvasObject | undefined) => {
    const free = editable();
    board.write(free.map((object) => [object.id, to(object)]));
    return free.length;
  };
  const worded = chosen.find((object) => hasWords(object) && board.mayEdit(object));
  const option = chosen.length === 1 ? chosen.find(board.canAnswer) : undefined;
  const own = chosen.filter(board.mayEdit);
  return {
    hasSelection: chosen.length > 0,
    canChange: own.length > 0,
    canEditWords: worded !== undefined,
    canGroup: new Set(own.map((object) => groupOf(object) ?? object.id)).size > 1,
    canUngroup: own.some((object) => groupOf(object) !== undefined),
    bringTo: (end: "front" | "back") => {
      const all = board.scene.list();
      const outermost = end === "front" ? topmost(all, Date.now()) : all[0];
      const edge = outermost ? drawnAt(outermost) : 0;
      let at = end === "front" ? edge : edge - chosen.length - 1;
      const count = change((object) => ({
        ...object,
        metadata: { ...object.metadata, drawnAt: (at += 1) },
      }));
      if (count > 0) say(end === "front" ? "Brought to the front" : "Sent to the back");
    },
    turn: (degrees: number) => {
      const frame = selectionBox(chosen);
      if (frame) change((object) => turnObject(object, middleOf(frame), degrees));
    },
    nudge: (dx: number, dy: number) => void change((object) => moveObject(object, dx, dy)),
    remove: () => {
      const count = change(() => undefined);
      if (count > 0) say(count === 1 ? "Object deleted" : `${count} objects deleted`);
      board.setSelection(new Set());
    },
    duplicate: () => {
      if (chosen.length === 0) return;
      const moved = chosen.map((one) => moveObject(one, DUPLICATE_OFFSET, DUPLICATE_OFFSET));
      const copies = signedTogether(moved, board.signed);
      board.beginGesture();
      board.write(copies.map((copy) => [copy.id, copy]));
      board.setSelection(new Set(copies.map(({ id }) => id)));
    },
    recolour: (ink: InkStyle) => {
      if (chosen.length > 0) change((object) => inked(object, ink));
    },
    group: () => {
      if (chosen.length < 2) return;
      const groupId = newObjectId();
      const count = change((object) => ({ ...object, groupId }));
      say(`${count} objects grouped`);
    },
    ungroup: () => {
      change(ungrouped);
      say("Group taken apart");
    },
    canAnswer: option !== undefined,
    answer: () => {
      if (option) board.answer(option);
    },
    editWords: () => {
      if (worded) editWordsOf(board, worded);
    },
  };
}

function hasWords(object: CanvasObject): boolean {
  return wordsOf(object) !== undefined || canBeLabelled(object);
}

/** Its own words, or the label in it. */
export function editWordsOf(board: GestureBoard, object: CanvasObject): void {
  if (wordsOf(object) !== undefined) board.beginText(object);
  else if (canBeLabelled(object)) board.beginText(labelFor(object, board));
}

/** Objects of older clients say their group in the metadata. */
function ungrouped(object: CanvasObject): CanvasObject {
  const kept = Object.entries(object.metadata ?? {}).filter(([key]) => key !== "groupId");
  return { ...object, groupId: null, metadata: Object.fromEntries(kept) };
}

/** Bodies (pen strokes, texts) take the colour inside, shapes on their outline. */
function inked(object: CanvasObject, { colour, size }: InkStyle): CanvasObject {
  const isBody = object.kind === "path" && object.fill && !object.stroke;
  if (isBody || wordsOf(object) !== undefined) return { ...object, fill: colour };
  if (object.kind === "highlight_stroke") return { ...object, stroke: colour };
  return { ...object, stroke: colour, strokeWidth: size };
}
