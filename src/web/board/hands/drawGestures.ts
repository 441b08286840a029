/** The gestures that put something new on the board, or take it away: pen, shapes, text, eraser. */
import type { CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { strokeObject, type PenPoint } from "./freehand.ts";
import type { Gesture, GestureBoard, GesturePoint } from "./gesture.ts";
import type { NewObject } from "../objects/newObject.ts";
import { boxBetween, HIT_TOLERANCE, round } from "../objects/objectGeometry.ts";
import type { Point } from "../layers/viewport.ts";

export type ShapeKind = "rect" | "ellipse" | "arrow" | "line" | "polygon";

const CLICK_SLACK = 6; // screen pixels; less is a click, which places a shape of the usual size
export const USUAL_SIZE = { width: 180, height: 110 };
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

/** A shape of the usual size whose middle is at `middle`. */
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
  if (kind === "arrow" || kind === "line") {
    const points = [0, 0, round(to.x - from.x), round(to.y - from.y)];
    return { kind, x: round(from.x), y: round(from.y), points, ...look };
  }
  const { x, y, width, height } = boxBetween(from, to);
  const box = { x: round(x), y: round(y), width: round(width), height: round(height) };
  const corners = kind === "polygon" ? { points: HEXAGON } : {};
  return { kind, ...box, ...corners, fill: "transparent", ...look };
}

/** What a polygon is that nobody gave corners, in fractions of its size. */
const HEXAGON: [number, number][] = [
  [0.25, 0],
  [0.75, 0],
  [1, 0.5],
  [0.75, 1],
  [0.25, 1],
  [0, 0.5],
];

const NEAR_CORNER = 12; // screen pixels; a click so near to the first corner closes the polygon

/** Corners that were clicked so far, from one click to the next. */
export interface CornerList {
  corners: readonly Point[];
}

/** Each click is a corner; a click on the first one, or a double click, closes the polygon. */
export function polygonGesture(board: GestureBoard, from: GesturePoint, open: CornerList): Gesture {
  const before = open.corners;
  let at: Point = from.board;
  const show = () => {
    const points = [...before, at].map(({ x, y }): [number, number] => [round(x), round(y)]);
    const look = { stroke: board.ink.colour, strokeWidth: board.ink.size, fill: "transparent" };
    const kind = points.length < 3 ? "line" : "polygon";
    board.setDraft({
      kind: "objects",
      objects: [{ id: "corners", kind, x: 0, y: 0, points, ...look }],
    });
  };
  show();
  return {
    move({ board: to }) {
      at = to;
      show();
    },
    end() {
      const first = before[0];
      const reach = first ? Math.hypot(at.x - first.x, at.y - first.y) : Infinity;
      if (reach * board.viewport.zoom < NEAR_CORNER) closePolygon(board, open);
      else open.corners = [...before, at];
    },
    cancel: () => board.setDraft(undefined),
  };
}

/** Puts on the board what was clicked together: two corners are a line, one is nothing. */
export function closePolygon(board: GestureBoard, open: CornerList): void {
  const corners = open.corners.filter((corner, i) => {
    const next = open.corners[i + 1]; // a double click clicks twice
    return !next || Math.hypot(next.x - corner.x, next.y - corner.y) * board.viewport.zoom > 3;
  });
  open.corners = [];
  board.setDraft(undefined);
  if (corners.length < 2) return;
  const x = round(Math.min(...corners.map((corner) => corner.x)));
  const y = round(Math.min(...corners.map((corner) => corner.y)));
  const points = corners.map((p): [number, number] => [round(p.x - x), round(p.y - y)]);
  const look = { stroke: board.ink.colour, strokeWidth: board.ink.size };
  const kind = corners.length === 2 ? "line" : "polygon";
  const fill = kind === "polygon" ? { fill: "transparent" } : {};
  placeObject(board, board.signed({ kind, x, y, points, ...look, ...fill }));
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
      if (!isLockedSaid) board.sayLocked([hit]);
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
