/**
 * What can be done with what is selected, with the rights of the person who does it: move, resize, turn, delete,
 * copy, recolour, group, bring to front, answer with. Each is one step of undo, and so is a key that is held.
 */
import { groupOf } from "../../../../convex/contract/board/objectGroups.ts";
import type { Box, CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { drawnAt, topmost } from "../shapes/drawingOrder.ts";
import type { GestureBoard, InkStyle } from "../hands/gesture.ts";
import { newObjectId, signedTogether } from "./newObject.ts";
import { dragHandle, LOWER_RIGHT, moveObject, resizeObject } from "./objectGeometry.ts";
import { wordsOf } from "./objectText.ts";
import { frameAngle, selectionBox } from "../hands/selectGestures.ts";
import { canBeLabelled, labelFor } from "./shapeLabel.ts";
import { heldAtCorner, middleOf, turnObject } from "./turnObject.ts";

const DUPLICATE_OFFSET = 24; // board pixels, so that the copy is seen
/** Of the longer side of what keys scale, in board pixels. */
const SCALED_SIDES = { min: 8, max: 20_000 };

/** `say`: for screen readers. `isHeld`: the key goes on, and so does its step of undo. */
export function selectionActions(board: GestureBoard, say: (words: string) => void) {
  const chosen = board.scene.pick(board.selection);
  /** The chosen objects that may be edited; says so when some may not. */
  const editable = (isHeld: boolean) => {
    const free = chosen.filter(board.mayEdit);
    if (free.length < chosen.length && !isHeld) board.sayLocked(chosen);
    if (free.length > 0 && !isHeld) board.beginGesture();
    return free;
  };
  const change = (to: (object: CanvasObject) => CanvasObject | undefined, isHeld = false) => {
    const free = editable(isHeld);
    board.write(free.map((object) => [object.id, to(object)]));
    return free.length;
  };
  const frame = selectionBox(chosen);
  const resize = (before: Box, after: Box, isHeld: boolean) => {
    const next = heldAtCorner(after, before, frameAngle(chosen));
    const count = change((object) => resizeObject(object, before, next), isHeld);
    if (count > 0) say(`${Math.round(next.width)} by ${Math.round(next.height)}`);
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
    turn: (degrees: number, isHeld: boolean) => {
      if (!frame) return;
      const count = change((object) => turnObject(object, middleOf(frame), degrees), isHeld);
      if (count > 0) say(`Turned by ${degrees} degrees`);
    },
    nudge: (dx: number, dy: number, isHeld: boolean) => {
      if (!frame) return;
      const count = change((object) => moveObject(object, dx, dy), isHeld);
      if (count > 0) say(`At ${Math.round(frame.x + dx)}, ${Math.round(frame.y + dy)}`);
    },
    /** Its right and lower side go so far. */
    resize: (dx: number, dy: number, isHeld: boolean) => {
      if (frame) resize(frame, dragHandle(frame, LOWER_RIGHT, { x: dx, y: dy }, false), isHeld);
    },
    scale: (factor: number, isHeld: boolean) => {
      if (!frame) return;
      const [width, height] = [frame.width * factor, frame.height * factor];
      const side = Math.max(width, height);
      if (side < SCALED_SIDES.min || side > SCALED_SIDES.max) return;
      resize(frame, { ...frame, width, height }, isHeld);
    },
    remove: () => {
      const count = change(() => undefined);
      if (count === 0) return;
      say(count === 1 ? "Object deleted" : `${count} objects deleted`);
      board.setSelection(new Set());
    },
    duplicate: () => {
      if (chosen.length === 0) return;
      const moved = chosen.map((one) => moveObject(one, DUPLICATE_OFFSET, DUPLICATE_OFFSET));
      const copies = signedTogether(moved, board.signed);
      if (!copies.every(board.mayEdit)) {
        board.sayLocked(copies); // who only looks on draws nothing, not even on their own screen
        return;
      }
      board.beginGesture();
      board.write(copies.map((copy) => [copy.id, copy]));
      board.setSelection(new Set(copies.map(({ id }) => id)));
      say(copies.length === 1 ? "Copied" : `${copies.length} objects copied`);
    },
    recolour: (ink: InkStyle) => {
      if (chosen.length > 0) change((object) => inked(object, ink));
    },
    group: () => {
      if (chosen.length < 2) return;
      const groupId = newObjectId();
      const count = change((object) => ({ ...object, groupId }));
      if (count > 0) say(`${count} objects grouped`);
    },
    ungroup: () => {
      if (change(ungrouped) > 0) say("Group taken apart");
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
