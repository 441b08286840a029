/**
 * What lies on a board: the shape of an object, the operations that change a board, and where an
 * object is. Used by the tutor's tools, by the room that enforces who may write what, and by the page
 * that draws. Pure; knows neither Yjs nor a canvas (rules WB, TO).
 *
 * The document has two maps, `objects` and `ephemeral`, from id to plain JSON. Coordinates are pixels
 * of a virtual board BOARD_WIDTH wide that grows downward; percentages resolve against BOARD_WIDTH ×
 * BOARD_HEIGHT. (x, y) is always the left top corner, also of circles; points are relative to (x, y).
 */
import { z } from "zod";

export const BOARD_WIDTH = 1600;
export const BOARD_HEIGHT = 1000;
/** How far down the tutor may draw; people are not held to it. */
export const MAX_BOARD_DEPTH = 100_000;

export const OBJECTS_MAP = "objects";
export const EPHEMERAL_MAP = "ephemeral";

const MAX_TEXT_CHARS = 20_000;
const MAX_POINTS = 20_000; // a long pen stroke has about 2,000
const MAX_GROUP_DEPTH = 4;

export const CANVAS_KINDS = [
  "rect",
  "ellipse",
  "circle",
  "text",
  "textbox",
  "line",
  "arrow",
  "path",
  "polygon",
  "triangle",
  "image",
  "group",
  "radio",
  "latex_svg",
  "graph_layout",
  "highlight_stroke",
  "pointer_ping",
  "question_tag",
] as const;
export type CanvasKind = (typeof CANVAS_KINDS)[number];

const pixels = z.number().min(-1e6).max(1e6); // rejects NaN and infinities
/** A number, or the legacy forms "120" and "12.5%". */
const length = z.union([pixels, z.string().regex(/^-?\d{1,7}(\.\d{1,9})?%?$/)]);
const fraction = z.number().min(-100).max(100);
const style = z.string().max(200);
const point = z.union([z.tuple([pixels, pixels]), z.object({ x: pixels, y: pixels })]);
const points = z.union([
  z.array(pixels).max(MAX_POINTS),
  z.array(point).max(MAX_POINTS),
  z.string().max(16 * MAX_POINTS), // an SVG path in absolute commands
]);

const metadata = z.looseObject({
  source: z.enum(["user", "assistant"]).optional(), // absent = user
  /** Who made it; never changes once it is there. */
  authorId: z.string().max(128).optional(),
  role: z.string().max(60).optional(),
  /** ms since epoch by the drawer's clock; what was drawn later lies on top. */
  drawnAt: z.number().optional(),
  expiresAt: z.number().optional(), // ephemerals only; ms since epoch by the writer's clock
});

const baseObject = z.looseObject({
  id: z.string().min(1).max(128),
  kind: z.enum(CANVAS_KINDS),
  x: length.nullish(),
  y: length.nullish(),
  width: length.nullish(),
  height: length.nullish(),
  xPct: fraction.nullish(),
  yPct: fraction.nullish(),
  widthPct: fraction.nullish(),
  heightPct: fraction.nullish(),
  rx: pixels.nullish(),
  ry: pixels.nullish(),
  radius: pixels.nullish(),
  points: points.nullish(),
  text: z.string().max(MAX_TEXT_CHARS).nullish(),
  fontSize: z.number().min(1).max(500).nullish(),
  textAnchor: z.enum(["start", "middle", "end"]).nullish(), // within the object's width
  fill: style.nullish(),
  stroke: style.nullish(),
  strokeWidth: z.number().min(0).max(500).nullish(),
  angle: z.number().nullish(), // degrees, clockwise, around the middle
  label: z.string().max(MAX_TEXT_CHARS).nullish(),
  src: z.string().max(2_000).nullish(),
  groupId: z.string().max(128).nullish(),
  metadata: metadata.nullish(),
});

/** An entry of either map. Fields that are not named here are kept, and ignored by the server. */
export type CanvasObject = z.infer<typeof baseObject> & { objects?: CanvasObject[] };

function objectWithin(depth: number): z.ZodType<CanvasObject> {
  const members = depth === 0 ? z.undefined() : z.array(objectWithin(depth - 1)).max(500);
  return baseObject.extend({ objects: members.optional() }) as unknown as z.ZodType<CanvasObject>;
}
export const canvasObject = objectWithin(MAX_GROUP_DEPTH);

/** One change of a board. `mark` shows an object for a while, to everyone, and then it is gone. */
export const boardOp = z.discriminatedUnion("type", [
  z.object({ type: z.literal("add"), object: canvasObject }),
  z.object({
    type: z.literal("update"),
    objectId: z.string(),
    /** Replaces these fields; null removes one. `id` and `kind` stay. */
    changes: z.record(z.string(), z.unknown()),
  }),
  z.object({ type: z.literal("delete"), objectId: z.string() }),
  z.object({
    type: z.literal("mark"),
    object: canvasObject,
    lifetimeMs: z.number().int().min(100).max(600_000),
  }),
]);
export type BoardOp = z.infer<typeof boardOp>;

/** What a plan sees of a board. */
export interface BoardView {
  objects: ReadonlyMap<string, CanvasObject>;
}

/** An axis-parallel box in board pixels; half-open, so that boxes that touch do not overlap. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** Whether the tutor drew it; an object without a source is a person's. */
export function isAssistants(object: CanvasObject): boolean {
  return object.metadata?.source === "assistant";
}

/** The space an object takes, its angle aside. A line has the box around its points. */
export function boxOf(object: CanvasObject): Box {
  const x = resolve(object.xPct, object.x, BOARD_WIDTH) ?? 0;
  const y = resolve(object.yPct, object.y, BOARD_HEIGHT) ?? 0;
  const inner = pointsBox(object) ?? membersBox(object);
  if (inner !== undefined) return { ...inner, x: x + inner.x, y: y + inner.y };
  const width = resolve(object.widthPct, object.width, BOARD_WIDTH);
  const height = resolve(object.heightPct, object.height, BOARD_HEIGHT);
  if (object.kind === "text" || object.kind === "textbox")
    return { x, y, ...textSize(object, width, height) };
  const [defaultWidth, defaultHeight] = defaultSize(object);
  return { x, y, width: width ?? defaultWidth, height: height ?? defaultHeight };
}

function textSize(object: CanvasObject, width: number | undefined, height: number | undefined) {
  const needed = measureText(object.text ?? "", object.fontSize ?? 18, width ?? TEXT_WIDTH);
  return { width: width ?? needed.width, height: Math.max(height ?? 0, needed.height) };
}

function membersBox(object: CanvasObject): Box | undefined {
  const members = object.objects ?? [];
  return members.length === 0 ? undefined : unionBox(members.map(boxOf));
}

const TEXT_WIDTH = 0.85 * BOARD_WIDTH;

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
  pointer_ping: 12,
  question_tag: 12,
};

function defaultSize(object: CanvasObject): [number, number] {
  const round = DEFAULT_RADII[object.kind];
  if (round === undefined) return DEFAULT_SIZES[object.kind] ?? [50, 50];
  const radius = object.radius ?? round;
  return [2 * (object.rx ?? radius), 2 * (object.ry ?? radius)];
}

/** The box around an object's points, relative to (x, y); undefined when it has none. */
function pointsBox(object: CanvasObject): Box | undefined {
  const flat = flatPoints(object.points);
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

function flatPoints(value: CanvasObject["points"]): number[] {
  if (typeof value === "string") return (value.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);
  return (value ?? []).flatMap((p) =>
    typeof p === "number" ? [p] : Array.isArray(p) ? p : [p.x, p.y],
  );
}

/** The smallest box around `boxes`, of which there is at least one. */
export function unionBox(boxes: readonly Box[]): Box {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}

export const LINE_HEIGHT = 1.35; // of the font size
const CHAR_WIDTH = 0.58; // of the font size: wide for Latin sans-serif, so that text stays inside
const WIDE_CHAR_WIDTH = 1.05; // CJK, emoji

/** How much room `text` needs when wrapped at `available` pixels; errs towards too much. Pixels. */
export function measureText(
  text: string,
  fontSize: number,
  available: number,
): { width: number; height: number; lines: number } {
  const maxWidth = Math.max(available, fontSize); // no line is narrower than a letter
  let lines = 0;
  let widest = 0;
  for (const paragraph of text.split("\n")) {
    let lineWidth = 0;
    lines++;
    for (const word of paragraph.split(/(?<=\s)/)) {
      const wordWidth = widthOf(word, fontSize);
      if (lineWidth > 0 && lineWidth + wordWidth > maxWidth) {
        lines++;
        lineWidth = 0;
      }
      lines += Math.max(0, Math.ceil(wordWidth / maxWidth) - 1); // a word longer than a line is broken
      lineWidth += wordWidth;
      widest = Math.max(widest, Math.min(lineWidth, maxWidth));
    }
  }
  return { width: Math.ceil(widest), height: Math.ceil(lines * fontSize * LINE_HEIGHT), lines };
}

function widthOf(word: string, fontSize: number): number {
  let width = 0;
  for (const char of word) {
    width += (char.codePointAt(0) ?? 0) > 0x2e7f ? WIDE_CHAR_WIDTH : CHAR_WIDTH;
  }
  return width * fontSize;
}
