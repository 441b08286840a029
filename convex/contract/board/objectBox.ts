/**
 * Where an object is: its place, size and points in pixels of the board, from whatever form they were given
 * in. Percent fields win over "%" strings, these over numbers; what is missing has the kind's usual size
 * (rules BO1-BO3). Pure; without a browser, so texts are measured by estimate.
 */
import {
  BOARD_HEIGHT,
  BOARD_WIDTH,
  MAX_COORDINATE,
  unionBox,
  type Box,
  type CanvasKind,
  type CanvasObject,
} from "../boardOps.ts";
import { placedGraph } from "./graphLayout.ts";
import { measureText } from "./measureText.ts";
import { pathNumbers } from "./pathNumbers.ts";

/** Boxes of objects, which are values that are replaced and never changed. */
const known = new WeakMap<CanvasObject, Box>();

/** The space an object takes, its angle aside. A line has the box around its points. */
export function boxOf(object: CanvasObject): Box {
  const before = known.get(object);
  if (before !== undefined) return before;
  const box = bounded(measuredBox(object));
  known.set(object, box);
  return box;
}

/** On the board and not less than nothing, whatever sizes, percentages and members come to. */
function bounded({ x, y, width, height }: Box): Box {
  const [left, top] = [coordinate(x), coordinate(y)];
  return { x: left, y: top, width: side(left, width), height: side(top, height) };
}

function coordinate(value: number): number {
  return Math.min(MAX_COORDINATE, Math.max(-MAX_COORDINATE, value));
}

function side(start: number, length: number): number {
  return Math.min(MAX_COORDINATE - start, Math.max(0, length));
}

function measuredBox(object: CanvasObject): Box {
  const { x, y } = originOf(object);
  const inner = pointsBox(object) ?? membersBox(object);
  if (inner !== undefined) return { ...inner, x: x + inner.x, y: y + inner.y };
  const [width, height] = sizeOf(object);
  return { x, y, width, height };
}

/** The object's (x, y), to which its points and members are relative; 0 where it does not say. */
export function originOf(object: CanvasObject): { x: number; y: number } {
  return {
    x: resolve(object.xPct, object.x, BOARD_WIDTH) ?? 0,
    y: resolve(object.yPct, object.y, BOARD_HEIGHT) ?? 0,
  };
}

/** Degrees, clockwise, within a turn: sines of the largest numbers there are would be none. */
export function angleOf({ angle }: CanvasObject): number {
  return (angle ?? 0) % 360;
}

/** Width and height in pixels: as given, and by the kind where nothing is given. */
function sizeOf(object: CanvasObject): [number, number] {
  const width = resolve(object.widthPct, object.width, BOARD_WIDTH);
  const height = resolve(object.heightPct, object.height, BOARD_HEIGHT);
  const { kind } = object;
  if (kind === "text" || kind === "textbox") return textSize(object, width, height);
  if (kind === "radio") return radioSize(object);
  if (kind === "question_tag") return tagSize(object);
  if (kind === "graph_layout") return graphSize(object, width, height);
  const usualRadius = DEFAULT_RADII[kind];
  if (usualRadius !== undefined) return roundSize(object, width, height, usualRadius);
  const [usualWidth, usualHeight] = DEFAULT_SIZES[kind] ?? [50, 50];
  return [width ?? usualWidth, height ?? usualHeight];
}

/** Pixels; a `text` is a little larger than a `textbox` where neither says its size. */
export function fontSizeOf({ kind, fontSize }: CanvasObject): number {
  return fontSize ?? (kind === "text" ? 18 : 16);
}

/** Pixels; of a formula that does not say its size. */
export const FORMULA_FONT_SIZE = 24;

function textSize(
  object: CanvasObject,
  width: number | undefined,
  height: number | undefined,
): [number, number] {
  const needed = measureText(object.text ?? "", fontSizeOf(object), width ?? TEXT_WIDTH);
  return [width ?? needed.width, Math.max(height ?? 0, needed.height)];
}

const TEXT_WIDTH = 0.85 * BOARD_WIDTH;

/**
 * Where the lines of a text end, in pixels. Not the width of its box where it does not say one: that is an
 * estimate, and a text of broad letters would be broken by it in the middle of a word.
 */
export function lineWidthOf(object: CanvasObject): number {
  return resolve(object.widthPct, object.width, BOARD_WIDTH) ?? TEXT_WIDTH;
}

export const RADIO_RADIUS = 8;
export const RADIO_GAP = 10; // between the control and its label
export const RADIO_LABEL_WIDTH = 600; // a longer label wraps

function radioSize(object: CanvasObject): [number, number] {
  const side = 2 * (object.radius ?? RADIO_RADIUS);
  const label = measureText(object.label ?? "", fontSizeOf(object), RADIO_LABEL_WIDTH);
  return [side + RADIO_GAP + label.width, Math.max(side, label.height)];
}

export const TAG_GAP = 8; // between a question tag and its words
export const TAG_WORDS_WIDTH = 260; // longer words wrap

/** Of the tag itself, without its words. */
export function tagRadius(object: CanvasObject): number {
  const width = resolve(object.widthPct, object.width, BOARD_WIDTH);
  return object.radius ?? (width === undefined ? 12 : width / 2);
}

function tagSize(object: CanvasObject): [number, number] {
  const side = 2 * tagRadius(object);
  if (!object.text) return [side, side];
  const words = measureText(object.text, fontSizeOf(object), TAG_WORDS_WIDTH);
  return [side + TAG_GAP + words.width, Math.max(side, words.height)];
}

function graphSize(
  object: CanvasObject,
  width: number | undefined,
  height: number | undefined,
): [number, number] {
  const graph = placedGraph(object.metadata?.["layoutSpec"]);
  return graph.nodes.length > 0 ? [graph.width, graph.height] : [width ?? 50, height ?? 50];
}

/** An ellipse goes by percent, then by its size, then by its radii; of a circle its radius says most. */
function roundSize(
  { kind, radius, rx, ry, rxPct, ryPct }: CanvasObject,
  width: number | undefined,
  height: number | undefined,
  usual: number,
): [number, number] {
  const across = rxPct == null ? width : 2 * rxPct * BOARD_WIDTH;
  const down = ryPct == null ? height : 2 * ryPct * BOARD_HEIGHT;
  if (kind === "ellipse") {
    return [
      first(across, twice(rx), twice(radius), 2 * usual),
      first(down, twice(ry), twice(radius), 2 * usual),
    ];
  }
  return [first(twice(radius), across, 2 * usual), first(twice(radius), down, across, 2 * usual)];
}

function twice(radius: number | null | undefined): number | undefined {
  return radius == null ? undefined : 2 * radius;
}

function first(...lengths: (number | undefined)[]): number {
  return lengths.find((value) => value !== undefined) ?? 0;
}

function membersBox(object: CanvasObject): Box | undefined {
  const members = object.objects ?? [];
  return members.length === 0 ? undefined : unionBox(members.map(boxOf));
}

/** A percent field wins over a "%" string, which wins over a number. */
function resolve(
  percent: number | null | undefined,
  value: number | string | null | undefined,
  whole: number,
): number | undefined {
  if (typeof percent === "number") return percent * whole;
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  return value.endsWith("%") ? (Number.parseFloat(value) / 100) * whole : Number.parseFloat(value);
}

const DEFAULT_SIZES: Partial<Record<CanvasKind, [number, number]>> = {
  triangle: [100, 100],
  polygon: [100, 100],
  image: [200, 100],
  latex_svg: [200, 100],
};
const DEFAULT_RADII: Partial<Record<CanvasKind, number>> = {
  circle: 25,
  ellipse: 30,
  pointer_ping: 6,
};

/** The box around an object's points, relative to (x, y); undefined when it has none. */
function pointsBox(object: CanvasObject): Box | undefined {
  const flat = pointsOf(object);
  if (flat.length < 2) return undefined;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const [px, py] = [flat[i] ?? 0, flat[i + 1] ?? 0];
    left = Math.min(left, px);
    right = Math.max(right, px);
    top = Math.min(top, py);
    bottom = Math.max(bottom, py);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/**
 * An object's points as x, y, x, y …, in pixels relative to (x, y). A polygon whose points are all within
 * 0..1 is drawn as large as the object is; a line without points goes across its box.
 */
export function pointsOf(object: CanvasObject): number[] {
  const flat = flatPoints(object.points);
  if (isOfUnitSize(object)) {
    const [width, height] = sizeOf(object);
    return flat.map((value, i) => value * (i % 2 === 0 ? width : height));
  }
  const isLine = object.kind === "line" || object.kind === "arrow";
  return flat.length === 0 && isLine ? [0, 0, ...sizeOf(object)] : flat;
}

/** Whether an object's points are fractions of its size. */
export function isOfUnitSize({ kind, points }: CanvasObject): boolean {
  if (kind !== "polygon" || points == null || points.length === 0) return false;
  return flatPoints(points).every((value) => value >= 0 && value <= 1);
}

function flatPoints(value: CanvasObject["points"]): number[] {
  if (typeof value === "string") return pathNumbers(value);
  return (value ?? []).flatMap((p) =>
    typeof p === "number" ? [p] : Array.isArray(p) ? p : [p.x, p.y],
  );
}
