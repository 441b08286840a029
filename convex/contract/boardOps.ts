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

/** Of the pictures that a board shows: what is looked at and cannot run. */
export const IMAGE_TYPES = ["image/png", "image/jpeg", "image/gif", "image/webp"] as const;

/** Nothing on a board is farther away than this, in board pixels. */
export const MAX_COORDINATE = 1e6;

const pixels = z.number().min(-MAX_COORDINATE).max(MAX_COORDINATE); // rejects NaN and infinities
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
  rxPct: fraction.nullish(),
  ryPct: fraction.nullish(),
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
    /** Replaces these fields, and those of `metadata` one by one; null removes one. `id` and `kind` stay. */
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

/** The smallest box around `boxes`, of which there is at least one. */
export function unionBox(boxes: readonly Box[]): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y, width, height } of boxes) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}
