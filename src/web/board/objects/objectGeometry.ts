/**
 * Where objects are, for hands: what is under a point, what lies in a frame, and an object moved or
 * resized. Pure; the box of an object is the contract's `boxOf`. Moving resolves percentages into
 * pixels, since a moved object no longer keeps to its zone.
 */
import type { Box, CanvasObject } from "../../../../convex/contract/boardOps.ts";
import {
  angleOf,
  boxOf,
  FORMULA_FONT_SIZE,
  fontSizeOf,
  isOfUnitSize,
  originOf,
  pointsOf,
  RADIO_RADIUS,
  tagRadius,
} from "../../../../convex/contract/board/objectBox.ts";
import type { Point } from "../layers/viewport.ts";

/** Half of what a finger covers; in screen pixels, so the caller divides by the zoom. */
export const HIT_TOLERANCE = 6;

/** Kinds of which the box is mostly empty. */
const THIN_KINDS = new Set(["line", "arrow", "path", "highlight_stroke"]);

/** Whether a point is on an object, or within `tolerance` (board pixels) of it. */
export function isHit(object: CanvasObject, at: Point, tolerance: number): boolean {
  const box = boxOf(object);
  const point = turnedBack(at, box, angleOf(object));
  const isNear =
    point.x >= box.x - tolerance &&
    point.x <= box.x + box.width + tolerance &&
    point.y >= box.y - tolerance &&
    point.y <= box.y + box.height + tolerance;
  if (!isNear) return false;
  if (!THIN_KINDS.has(object.kind)) return true;
  const reach = tolerance + (object.strokeWidth ?? 2);
  return distanceToPoints(object, point) <= reach;
}

/** The point as it would lie if the object stood straight. */
function turnedBack(point: Point, box: Box, degrees: number): Point {
  if (degrees === 0) return point;
  const [cx, cy] = [box.x + box.width / 2, box.y + box.height / 2];
  const [cos, sin] = [Math.cos((-degrees * Math.PI) / 180), Math.sin((-degrees * Math.PI) / 180)];
  const [dx, dy] = [point.x - cx, point.y - cy];
  return { x: cx + dx * cos - dy * sin, y: cy + dx * sin + dy * cos };
}

/** How far `point` is from the polyline through an object's points. */
function distanceToPoints(object: CanvasObject, point: Point): number {
  const line = objectPoints(object);
  const first = line[0];
  if (!first) return 0; // nothing but a box: being in it is being on it
  let nearest = Math.hypot(first.x - point.x, first.y - point.y);
  for (let i = 1; i < line.length; i++) {
    const [from, to] = [line[i - 1], line[i]];
    if (from && to) nearest = Math.min(nearest, distanceToSegment(point, from, to));
  }
  return nearest;
}

function distanceToSegment(point: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const squared = dx * dx + dy * dy;
  const along = squared === 0 ? 0 : ((point.x - from.x) * dx + (point.y - from.y) * dy) / squared;
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(from.x + t * dx - point.x, from.y + t * dy - point.y);
}

/** An object's points in board pixels; of a path, the points its commands name. */
export function objectPoints(object: CanvasObject): Point[] {
  const origin = originOf(object);
  const flat = pointsOf(object);
  const result: Point[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) {
    result.push({ x: origin.x + (flat[i] ?? 0), y: origin.y + (flat[i + 1] ?? 0) });
  }
  return result;
}

function without(object: CanvasObject, fields: readonly string[]): CanvasObject {
  const kept = Object.entries(object).filter(([field]) => !fields.includes(field));
  return Object.fromEntries(kept) as CanvasObject;
}

export function moveObject(object: CanvasObject, dx: number, dy: number): CanvasObject {
  const { x, y } = originOf(object);
  return { ...without(object, ["xPct", "yPct"]), x: round(x + dx), y: round(y + dy) };
}

/** The object as it is when the frame around it goes from one box to another. */
export function resizeObject(object: CanvasObject, from: Box, to: Box): CanvasObject {
  const scaleX = from.width === 0 ? 1 : to.width / from.width;
  const scaleY = from.height === 0 ? 1 : to.height / from.height;
  const origin = originOf(object);
  const box = boxOf(object);
  const moved: CanvasObject = {
    ...without(object, ["xPct", "yPct", "widthPct", "heightPct"]),
    x: round(to.x + (origin.x - from.x) * scaleX),
    y: round(to.y + (origin.y - from.y) * scaleY),
  };
  if (object.points) return { ...moved, points: scalePoints(pixelPoints(object), scaleX, scaleY) };
  if (object.objects) {
    // members are relative to the group
    const whole = { x: 0, y: 0, width: 1, height: 1 };
    const scaled = { x: 0, y: 0, width: scaleX, height: scaleY };
    return {
      ...moved,
      objects: object.objects.map((member) => resizeObject(member, whole, scaled)),
    };
  }
  const plain = without(moved, ["radius", "rx", "ry", "rxPct", "ryPct"]);
  const sized = { width: round(box.width * scaleX), height: round(box.height * scaleY) };
  if (object.kind === "graph_layout") return moved; // as large as what it shows
  if (object.kind === "radio" || object.kind === "question_tag") {
    const radius = object.kind === "radio" ? (object.radius ?? RADIO_RADIUS) : tagRadius(object);
    return { ...moved, radius: round(radius * scaleY), ...resizedLetters(object, scaleX, scaleY) };
  }
  return { ...plain, ...sized, ...resizedLetters(object, scaleX, scaleY) };
}

/** Letters grow with their lines' height; a formula keeps its proportions. */
function resizedLetters(object: CanvasObject, scaleX: number, scaleY: number) {
  switch (object.kind) {
    case "latex_svg": {
      const size = object.fontSize ?? FORMULA_FONT_SIZE;
      return { fontSize: withinFontSizes(size * Math.min(scaleX, scaleY)) };
    }
    case "text":
    case "textbox":
    case "radio":
    case "question_tag":
      return { fontSize: withinFontSizes(fontSizeOf(object) * scaleY) };
    default:
      return {};
  }
}

function withinFontSizes(size: number): number {
  return round(Math.min(500, Math.max(6, size)));
}

/** A resized polygon no longer keeps to fractions of its size. */
function pixelPoints(object: CanvasObject): NonNullable<CanvasObject["points"]> {
  if (!isOfUnitSize(object)) return object.points ?? [];
  const flat = pointsOf(object);
  return Array.from({ length: flat.length / 2 }, (_, i): [number, number] => [
    flat[2 * i] ?? 0,
    flat[2 * i + 1] ?? 0,
  ]);
}

/** As the contract's `pathNumbers` reads them. */
const PATH_NUMBER = /-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?/gi;

function scalePoints(
  points: NonNullable<CanvasObject["points"]>,
  scaleX: number,
  scaleY: number,
): NonNullable<CanvasObject["points"]> {
  if (typeof points === "string") {
    let index = 0;
    return points.replace(PATH_NUMBER, (text, at: number) => {
      const scaled = round(Number(text) * (index++ % 2 === 0 ? scaleX : scaleY));
      const isParted = !/[\d.]/.test(points.charAt(at - 1)); // else by its sign or point, which may go
      return isParted ? `${scaled}` : ` ${scaled}`;
    });
  }
  return points.map((p, index) => {
    if (typeof p === "number") return round(p * (index % 2 === 0 ? scaleX : scaleY));
    const [x, y] = Array.isArray(p) ? p : [p.x, p.y];
    return [round(x * scaleX), round(y * scaleY)];
  }) as NonNullable<CanvasObject["points"]>;
}

/** A tenth of a pixel is finer than anyone can point, and keeps the document small. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The box with the given corners, whichever way it was drawn. */
export function boxBetween(a: Point, b: Point): Box {
  return {
    x: Math.min(a.x, b.x),
    y: Math.min(a.y, b.y),
    width: Math.abs(a.x - b.x),
    height: Math.abs(a.y - b.y),
  };
}

/** Which sides a handle drags: -1 the left or top one, 1 the right or bottom one, 0 neither. */
export interface Handle {
  name: string;
  horizontal: -1 | 0 | 1;
  vertical: -1 | 0 | 1;
}

/** Keys pull at this one. */
export const LOWER_RIGHT: Handle = { name: "se", horizontal: 1, vertical: 1 };

export const HANDLES: readonly Handle[] = [
  { name: "nw", horizontal: -1, vertical: -1 },
  { name: "ne", horizontal: 1, vertical: -1 },
  LOWER_RIGHT,
  { name: "sw", horizontal: -1, vertical: 1 },
];

/** The name of the handle that turns. */
export const TURN_HANDLE = "turn";

const MIN_SIDE = 4; // smaller cannot be taken hold of again

/** `box` after its handle was dragged by (dx, dy); the opposite corner stays where it is. */
export function dragHandle(box: Box, handle: Handle, delta: Point, keepsRatio: boolean): Box {
  let width = Math.max(MIN_SIDE, box.width + handle.horizontal * delta.x);
  let height = Math.max(MIN_SIDE, box.height + handle.vertical * delta.y);
  if (keepsRatio && box.width > 0 && box.height > 0) {
    const scale = Math.max(width / box.width, height / box.height);
    [width, height] = [box.width * scale, box.height * scale];
  }
  return {
    x: handle.horizontal === -1 ? box.x + box.width - width : box.x,
    y: handle.vertical === -1 ? box.y + box.height - height : box.y,
    width,
    height,
  };
}
