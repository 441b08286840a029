/** The gestures that put something new on the board, or take it away: pen, shapes, text, eraser. */
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import { strokeObject, type PenPoint } from "./freehand.ts";
import type { Gesture, GestureBoard, GesturePoint } from "./gesture.ts";
import type { NewObject } from "./newObject.ts";
import { boxBetween, HIT_TOLERANCE, round } from "./objectGeometry.ts";
import type { Point } from "./viewport.ts";

export type ShapeKind = "rect" | "ellipse" | "arrow";

const CLICK_SLACK = 6; // screen pixels; less is a click, which places a shape of the usual size
const USUAL_SIZE = { width: 180, height: 110 };
export const TEXT_SIZE = 24;
const MIN_PEN_STEP = 0.7; // screen pixels between two points worth keeping

export function penGesture(board: GestureBoard, from: GesturePoint): Gesture {
  const { colour, size } = board.ink;
  let points: PenPoint[] = [from.board];
  const show = () => board.setDraft({ kind: "stroke", points, colour, size });
  show();
  return {
    move({ board: point }) {
      const last = points.at(-1);
      const step = last ? Math.hypot(point.x - last.x, point.y - last.y) : Infinity;
      if (step * board.viewport.zoom < MIN_PEN_STEP) return;
      points = [...points, point];
      show();
    },
    end() {
      board.setDraft(undefined);
      board.beginGesture();
      const stroke = board.signed(strokeObject(points, colour, size));
      board.write([[stroke.id, stroke]]);
    },
    cancel: () => board.setDraft(undefined),
  };
}

export function shapeGesture(board: GestureBoard, from: GesturePoint, kind: ShapeKind): Gesture {
  const start = from.board;
  const object = board.signed(shapeBetween(kind, start, start, board));
  let current: CanvasObject | undefined;
  return {
    move({ board: to, isShift }) {
      const reach = Math.hypot(to.x - start.x, to.y - start.y) * board.viewport.zoom;
      if (reach < CLICK_SLACK && !current) return;
      current = {
        ...object,
        ...shapeBetween(kind, start, isShift ? squared(start, to) : to, board),
      };
      board.setDraft({ kind: "objects", objects: [current] });
    },
    end() {
      board.setDraft(undefined);
      const usual = { ...object, ...usualShape(kind, start, board) };
      placeObject(board, current ?? usual);
    },
    cancel: () => board.setDraft(undefined),
  };
}

/** Puts an object on the board, selects it and goes back to selecting. */
export function placeObject(board: GestureBoard, object: CanvasObject): void {
  board.beginGesture();
  board.write([[object.id, object]]);
  board.setSelection(new Set([object.id]));
  board.setTool("select");
}

/** A shape of the usual size whose middle is at `middle`; also what the keyboard places. */
export function usualShape(
  kind: ShapeKind,
  middle: Point,
  board: Pick<GestureBoard, "ink">,
): NewObject {
  const [dx, dy] = [USUAL_SIZE.width / 2, USUAL_SIZE.height / 2];
  const from = { x: middle.x - dx, y: middle.y - dy };
  return shapeBetween(kind, from, { x: middle.x + dx, y: middle.y + dy }, board);
}

function shapeBetween(
  kind: ShapeKind,
  from: Point,
  to: Point,
  { ink }: Pick<GestureBoard, "ink">,
): NewObject {
  const look = { stroke: ink.colour, strokeWidth: ink.size };
  if (kind === "arrow") {
    const points = [0, 0, round(to.x - from.x), round(to.y - from.y)];
    return { kind, x: round(from.x), y: round(from.y), points, ...look };
  }
  const { x, y, width, height } = boxBetween(from, to);
  const box = { x: round(x), y: round(y), width: round(width), height: round(height) };
  return { kind, ...box, fill: "transparent", ...look };
}

function squared(from: Point, to: Point): Point {
  const side = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y));
  return {
    x: from.x + Math.sign(to.x - from.x || 1) * side,
    y: from.y + Math.sign(to.y - from.y || 1) * side,
  };
}

export function textGesture(board: GestureBoard, from: GesturePoint): Gesture {
  return {
    move: () => undefined,
    end: () => beginTextAt(board, { x: from.board.x, y: from.board.y - TEXT_SIZE * 0.7 }),
    cancel: () => undefined,
  };
}

export function beginTextAt(board: GestureBoard, at: Point): void {
  const text = {
    kind: "text" as const,
    x: round(at.x),
    y: round(at.y),
    text: "",
    fontSize: TEXT_SIZE,
  };
  board.beginText(board.signed({ ...text, fill: board.ink.colour }));
}

/** Takes whole objects away as it passes over them. */
export function eraseGesture(board: GestureBoard, from: GesturePoint): Gesture {
  const tolerance = (HIT_TOLERANCE + 2) / board.viewport.zoom;
  const erased = new Set<string>();
  let isLockedSaid = false;
  const eraseAt = (point: Point) => {
    const hit = board.scene.topAt(point, tolerance);
    if (!hit || erased.has(hit.id)) return;
    if (!board.mayEdit(hit)) {
      if (!isLockedSaid) board.sayLocked();
      isLockedSaid = true;
      return;
    }
    erased.add(hit.id);
    board.write([[hit.id, undefined]]);
  };
  board.beginGesture();
  eraseAt(from.board);
  return {
    move: ({ board: point }) => eraseAt(point),
    end: () => undefined,
    cancel: () => {
      if (erased.size > 0) board.undo();
    },
  };
}
