/** The gestures on what is already there: select, move, resize, frame, and moving the board itself. */
import { unionBox, type Box, type CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { angleOf, boxOf } from "../../../../convex/contract/board/objectBox.ts";
import { extentOf } from "../../../../convex/contract/board/objectExtent.ts";
import { liveChange } from "./liveChange.ts";
import type { Gesture, GestureBoard, GesturePoint } from "./gesture.ts";
import {
  boxBetween,
  dragHandle,
  HIT_TOLERANCE,
  moveObject,
  resizeObject,
  type Handle,
} from "../objects/objectGeometry.ts";
import {
  heldAtCorner,
  middleOf,
  TURN_STEP,
  turnBetween,
  turnObject,
  turnPoint,
} from "../objects/turnObject.ts";

const DRAG_SLACK = 4; // screen pixels; a shaking hand still clicks

export function selectGesture(board: GestureBoard, from: GesturePoint): Gesture {
  const hit = board.scene.topAt(from.board, HIT_TOLERANCE / board.viewport.zoom);
  if (!hit) return frameGesture(board, from);
  if (!from.isShift && board.canAnswer(hit)) return answerGesture(board, from, hit);
  return pickGesture(board, from, hit);
}

/** A click on a choice answers; a drag that begins there moves the question like any object. */
function answerGesture(board: GestureBoard, from: GesturePoint, option: CanvasObject): Gesture {
  let drag: Gesture | undefined;
  return {
    move(to) {
      if (!drag && !isBeyondSlack(board, from, to)) return;
      drag ??= pickGesture(board, from, option);
      drag.move(to);
    },
    end() {
      if (drag) drag.end();
      else board.answer(option);
    },
    cancel: () => drag?.cancel(),
  };
}

function isBeyondSlack({ viewport }: GestureBoard, from: GesturePoint, to: GesturePoint): boolean {
  const [dx, dy] = [to.board.x - from.board.x, to.board.y - from.board.y];
  return Math.hypot(dx, dy) * viewport.zoom >= DRAG_SLACK;
}

function pickGesture(board: GestureBoard, from: GesturePoint, hit: CanvasObject): Gesture {
  const selection = selectionAfterClick(board, hit, from.isShift);
  board.setSelection(selection);
  return moveGesture(board, from, selection);
}

/** A group is clicked as a whole, unless some of its members are what is selected already. */
function selectionAfterClick(
  { scene, selection }: GestureBoard,
  hit: CanvasObject,
  isShift: boolean,
): ReadonlySet<string> {
  const group = scene.groupAround(hit);
  const chosen = group.filter((objectId) => selection.has(objectId));
  const isWithin = chosen.length > 0 && chosen.length < group.length;
  const clicked = isWithin ? [hit.id] : group;
  const isSelected = selection.has(hit.id);
  if (!isShift) return isSelected ? selection : new Set(clicked);
  const next = new Set(selection);
  for (const objectId of clicked) {
    if (isSelected) next.delete(objectId);
    else next.add(objectId);
  }
  return next;
}

function moveGesture(
  board: GestureBoard,
  from: GesturePoint,
  selection: ReadonlySet<string>,
): Gesture {
  const chosen = board.scene.pick(selection);
  const movable = chosen.filter((object) => board.mayEdit(object));
  const live = liveChange(board, movable);
  let isMoving = false;
  return {
    move(to) {
      const [dx, dy] = [to.board.x - from.board.x, to.board.y - from.board.y];
      if (!isMoving) {
        if (!isBeyondSlack(board, from, to)) return;
        isMoving = true;
        board.beginGesture();
        if (movable.length < chosen.length) board.sayLocked(chosen);
      }
      const draft = { kind: "moved" as const, objects: movable, dx, dy };
      live.show((object) => moveObject(object, dx, dy), draft, to.at);
    },
    end: () => live.end(),
    cancel: () => live.cancel(),
  };
}

function frameGesture(board: GestureBoard, from: GesturePoint): Gesture {
  const before = from.isShift ? board.selection : new Set<string>();
  board.setSelection(before);
  return {
    move(to) {
      const box = boxBetween(from.board, to.board);
      board.setDraft({ kind: "frame", box });
      const within = board.scene.within(box).map(({ id }) => id);
      board.setSelection(new Set([...before, ...within]));
    },
    end: () => board.setDraft(undefined),
    cancel: () => {
      board.setDraft(undefined);
      board.setSelection(before);
    },
  };
}

export function resizeGesture(board: GestureBoard, from: GesturePoint, handle: Handle): Gesture {
  const chosen = board.scene.pick(board.selection);
  const movable = chosen.filter((object) => board.mayEdit(object));
  const frame = selectionBox(chosen);
  const angle = frameAngle(chosen);
  const live = liveChange(board, movable);
  // a picture or a text out of proportion is a mistake more often than a wish
  const keepsByKind = movable.some(({ kind }) => ["text", "textbox", "image"].includes(kind));
  if (movable.length < chosen.length) board.sayLocked(chosen);
  else board.beginGesture();
  return {
    move(to) {
      if (!frame || movable.length < chosen.length) return;
      const way = { x: to.board.x - from.board.x, y: to.board.y - from.board.y };
      const delta = turnPoint(way, { x: 0, y: 0 }, -angle);
      const straight = dragHandle(frame, handle, delta, keepsByKind !== to.isShift);
      const next = heldAtCorner(straight, frame, angle);
      const resize = (object: CanvasObject) => resizeObject(object, frame, next);
      live.show(resize, { kind: "objects", objects: movable.map(resize) }, to.at);
    },
    end: () => live.end(),
    cancel: () => live.cancel(),
  };
}

/** Turns the selection around its middle; with Shift in steps. */
export function turnGesture(board: GestureBoard, from: GesturePoint): Gesture {
  const chosen = board.scene.pick(board.selection);
  const frame = selectionBox(chosen);
  const isFree = chosen.every((object) => board.mayEdit(object));
  const live = liveChange(board, chosen);
  if (isFree) board.beginGesture();
  else board.sayLocked(chosen);
  return {
    move(to) {
      if (!frame || !isFree) return;
      const centre = middleOf(frame);
      const free = turnBetween(centre, from.board, to.board);
      const degrees = to.isShift ? Math.round(free / TURN_STEP) * TURN_STEP : free;
      const turn = (object: CanvasObject) => turnObject(object, centre, degrees);
      live.show(turn, { kind: "objects", objects: chosen.map(turn) }, to.at);
    },
    end: () => live.end(),
    cancel: () => live.cancel(),
  };
}

export function panGesture(board: GestureBoard, from: GesturePoint): Gesture {
  let last = from.screen;
  return {
    move({ screen }) {
      board.pan(screen.x - last.x, screen.y - last.y);
      last = screen;
    },
    end: () => undefined,
    cancel: () => undefined,
  };
}

/**
 * The frame around what is selected, if anything is. One object's frame is turned with it; around several
 * it stands straight, and what is turned in it counts with its corners.
 */
export function selectionBox(chosen: readonly CanvasObject[]): Box | undefined {
  if (chosen.length === 0) return undefined;
  const isOne = chosen.length === 1;
  return unionBox(chosen.map((object) => (isOne || !object.angle ? boxOf : extentOf)(object)));
}

/** Degrees by which the frame around what is selected is turned. */
export function frameAngle(chosen: readonly CanvasObject[]): number {
  return chosen[0] && chosen.length === 1 ? angleOf(chosen[0]) : 0;
}
