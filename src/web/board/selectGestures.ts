/** The gestures on what is already there: select, move, resize, frame, and moving the board itself. */
import { unionBox, type Box, type CanvasObject } from "../../../convex/contract/boardOps.ts";
import { boxOf } from "../../../convex/contract/board/objectBox.ts";
import type { Gesture, GestureBoard, GesturePoint } from "./gesture.ts";
import {
  boxBetween,
  dragHandle,
  HIT_TOLERANCE,
  moveObject,
  objectAt,
  objectsIn,
  resizeObject,
  type Handle,
} from "./objectGeometry.ts";

const DRAG_SLACK = 4; // screen pixels; a shaking hand still clicks

export function selectGesture(board: GestureBoard, from: GesturePoint): Gesture {
  const hit = objectAt(board.objects, from.board, HIT_TOLERANCE / board.viewport.zoom);
  if (!hit) return frameGesture(board, from);
  const isSelected = board.selection.has(hit.id);
  const selection = from.isShift
    ? toggled(board.selection, hit.id)
    : isSelected
      ? board.selection
      : new Set([hit.id]);
  board.setSelection(selection);
  return moveGesture(board, from, selection);
}

function toggled(selection: ReadonlySet<string>, objectId: string): ReadonlySet<string> {
  const next = new Set(selection);
  if (!next.delete(objectId)) next.add(objectId);
  return next;
}

function moveGesture(
  board: GestureBoard,
  from: GesturePoint,
  selection: ReadonlySet<string>,
): Gesture {
  const chosen = board.objects.filter(({ id }) => selection.has(id));
  const movable = chosen.filter((object) => board.mayEdit(object));
  let isMoving = false;
  return {
    move(to) {
      const [dx, dy] = [to.board.x - from.board.x, to.board.y - from.board.y];
      if (!isMoving) {
        if (Math.hypot(dx, dy) * board.viewport.zoom < DRAG_SLACK) return;
        isMoving = true;
        board.beginGesture();
        if (movable.length < chosen.length) board.sayLocked();
      }
      board.write(movable.map((object) => [object.id, moveObject(object, dx, dy)]));
    },
    end: () => undefined,
    cancel: () => {
      if (isMoving) board.write(movable.map((object) => [object.id, object]));
    },
  };
}

function frameGesture(board: GestureBoard, from: GesturePoint): Gesture {
  const before = from.isShift ? board.selection : new Set<string>();
  board.setSelection(before);
  return {
    move(to) {
      const box = boxBetween(from.board, to.board);
      board.setDraft({ kind: "frame", box });
      const within = objectsIn(board.objects, box).map(({ id }) => id);
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
  const chosen = board.objects.filter(({ id }) => board.selection.has(id));
  const movable = chosen.filter((object) => board.mayEdit(object));
  const frame = selectionBox(chosen);
  // a picture or a text out of proportion is a mistake more often than a wish
  const keepsByKind = movable.some(({ kind }) => ["text", "textbox", "image"].includes(kind));
  if (movable.length < chosen.length) board.sayLocked();
  else board.beginGesture();
  return {
    move(to) {
      if (!frame || movable.length < chosen.length) return;
      const delta = { x: to.board.x - from.board.x, y: to.board.y - from.board.y };
      const next = dragHandle(frame, handle, delta, keepsByKind !== to.isShift);
      board.write(movable.map((object) => [object.id, resizeObject(object, frame, next)]));
    },
    end: () => undefined,
    cancel: () => board.write(movable.map((object) => [object.id, object])),
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

/** The frame around what is selected, if anything is. */
export function selectionBox(chosen: readonly CanvasObject[]): Box | undefined {
  return chosen.length === 0 ? undefined : unionBox(chosen.map(boxOf));
}
