/**
 * The whole board as one small bitmap, for the moments in which a hand zooms out faster than thousands of
 * objects can be drawn: everything by its outline and colour, words as lines, at once. Knows of the canvas
 * only what `Brush` names.
 */
import {
  angleOf,
  boxOf,
  fontSizeOf,
  originOf,
} from "../../../../convex/contract/board/objectBox.ts";
import { LINE_HEIGHT } from "../../../../convex/contract/board/measureText.ts";
import type { Box, CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { objectPoints } from "../objects/objectGeometry.ts";
import { objectPaint, textColour } from "../shapes/objectPaint.ts";
import type { Point } from "./viewport.ts";

const MAX_PIXELS = 1_000_000; // 4 MB
const MAX_SIDE = 4_096;
const MAX_POINTS = 24; // of one object; more are not told apart

export type Brush = Pick<
  CanvasRenderingContext2D,
  | "save"
  | "restore"
  | "translate"
  | "rotate"
  | "beginPath"
  | "lineTo"
  | "rect"
  | "ellipse"
  | "fill"
  | "stroke"
  | "fillStyle"
  | "strokeStyle"
  | "lineWidth"
  | "globalAlpha"
>;

/** Bitmap pixels a board pixel, for a picture of all that lies in the box. */
export function overviewScale({ width, height }: Box): number {
  const [across, down] = [Math.max(1, width), Math.max(1, height)];
  return Math.min(1, Math.sqrt(MAX_PIXELS / across / down), MAX_SIDE / Math.max(across, down));
}

/** Draws objects in board pixels. `inkOf`: a colour of the page as the canvas has it. */
export function drawOverview(
  brush: Brush,
  objects: readonly CanvasObject[],
  inkOf: (colour: string) => string,
): void {
  for (const object of objects) {
    const isPlaced = Boolean(object.angle) || object.objects !== undefined;
    if (isPlaced) brush.save();
    turn(brush, object);
    if (object.objects) {
      const { x, y } = originOf(object);
      brush.translate(x, y);
      drawOverview(brush, object.objects, inkOf);
    } else {
      brush.beginPath();
      if (object.kind === "text" || object.kind === "textbox") drawWords(brush, object, inkOf);
      else drawShape(brush, object, inkOf);
    }
    if (isPlaced) brush.restore();
  }
}

function turn(brush: Brush, object: CanvasObject): void {
  if (!object.angle) return;
  const { x, y, width, height } = boxOf(object);
  brush.translate(x + width / 2, y + height / 2);
  brush.rotate((angleOf(object) * Math.PI) / 180);
  brush.translate(-x - width / 2, -y - height / 2);
}

function drawWords(brush: Brush, object: CanvasObject, inkOf: (colour: string) => string): void {
  const { x, y, width, height } = boxOf(object);
  const size = fontSizeOf(object);
  const line = size * LINE_HEIGHT;
  for (let top = 0; top + size <= height; top += line) {
    brush.rect(x, y + top + 0.35 * line, width, 0.3 * size);
  }
  brush.fillStyle = inkOf(textColour(object));
  brush.globalAlpha = 0.5; // as dark as the letters that the lines stand for
  brush.fill();
  brush.globalAlpha = 1;
}

function drawShape(brush: Brush, object: CanvasObject, inkOf: (colour: string) => string): void {
  const { fill, stroke, strokeWidth } = objectPaint(object);
  trace(brush, object);
  const isLine = object.kind === "line" || object.kind === "arrow";
  if (fill && fill !== "none" && !isLine) {
    brush.fillStyle = inkOf(fill);
    brush.fill();
  }
  if (!stroke || stroke === "none") return;
  brush.strokeStyle = inkOf(stroke);
  brush.lineWidth = Number(strokeWidth ?? 2);
  brush.stroke();
}

function trace(brush: Brush, object: CanvasObject): void {
  const { x, y, width, height } = boxOf(object);
  const points = outlineOf(object);
  if (points.length > 0) {
    for (const point of points) brush.lineTo(point.x, point.y);
  } else if (object.kind === "ellipse" || object.kind === "circle") {
    brush.ellipse(x + width / 2, y + height / 2, width / 2, height / 2, 0, 0, 2 * Math.PI);
  } else brush.rect(x, y, width, height);
}

/** Outlines of objects, which are values that are replaced and never changed. */
const known = new WeakMap<CanvasObject, Point[]>();

function outlineOf(object: CanvasObject): Point[] {
  const before = known.get(object);
  if (before) return before;
  const points = objectPoints(object);
  const step = Math.ceil(points.length / MAX_POINTS);
  const outline = points.filter((_, index) => index % step === 0 || index === points.length - 1);
  known.set(object, outline);
  return outline;
}
