/**
 * Where the legacy API put its drawings and their parts: texts, shapes, labels, arrows, timelines, coordinate
 * planes; and its colours by name. Its numbers, kept to the letter, for whoever answers old clients in its stead
 * (rule BV14). Pixels.
 */
import { unionBox, type Box } from "../boardOps.ts";

export interface Point {
  x: number;
  y: number;
}

type BoundingBox = readonly [x: number, y: number, width: number, height: number];

export const LEGACY_COLOURS = {
  default: "#000000",
  primary: "#1976D2",
  accent: "#FF5722",
  muted: "#9E9E9E",
  success: "#2ECC71",
  error: "#E74C3C",
} as const;

/** Where a drawing lies that does not say it. */
const USUAL_PLACE: Point = { x: 100, y: 100 };
const LETTER_WIDTH = 8;
const LABEL_HEIGHT = 20;
const LABEL_GAP = 20; // below the shape

/** The label of a shape: under its middle, as wide as its letters. */
export function labelPlace(shape: Box, label: string): Point & { bbox: BoundingBox } {
  const [x, y] = [shape.x + shape.width / 2, shape.y + shape.height + LABEL_GAP];
  return { x, y, bbox: [x, y, LETTER_WIDTH * label.length, LABEL_HEIGHT] };
}

/** The box of a text; its height is its letters'. */
export function textBox(text: Partial<Point> & { width?: number; fontSize?: number } = {}) {
  const { x, y, width = 100, fontSize = 20 } = { ...USUAL_PLACE, ...text };
  return [x, y, width, fontSize] satisfies BoundingBox;
}

export function rectBox(rect: Partial<Box> = {}): BoundingBox {
  const { x, y, width = 100, height = 60 } = { ...USUAL_PLACE, ...rect };
  return [x, y, width, height];
}

/** The box around an arrow's points; a short level line where it has none. */
export function arrowBox(points: readonly Point[]): BoundingBox {
  if (points.length === 0) return [USUAL_PLACE.x, USUAL_PLACE.y, 60, 2];
  const box = unionBox(points.map(({ x, y }) => ({ x, y, width: 0, height: 0 })));
  return [box.x, box.y, box.width, box.height];
}

/** A circle is emitted by its middle, its box by its left top corner. */
export function circlePlace(
  { x, y }: Point = USUAL_PLACE,
  radius = 30,
): Point & { bbox: BoundingBox } {
  return { x: x + radius, y: y + radius, bbox: [x, y, 2 * radius, 2 * radius] };
}

export interface TimelineLine {
  x: number;
  y: number;
  length: number;
  /** Between the line and what is written above it. */
  offset: number;
  /** Of the labels; dates are 2 smaller. */
  fontSize: number;
  /** Of a tick above the line, and below it. */
  tickHeight: number;
}

/** One entry for each event: its tick from top to bottom, and the corners of its label and date. */
export function timelineMarks(line: TimelineLine, events: number) {
  const spacing = line.length / (events + 1);
  return Array.from({ length: events }, (_, i) => {
    const x = line.x + (i + 1) * spacing;
    const isAbove = i % 2 === 0;
    const below = line.y + line.offset;
    const label = isAbove ? line.y - line.offset : below + line.fontSize;
    const date = isAbove ? line.y - line.offset + line.fontSize + 2 : below + 2 * line.fontSize + 4;
    const tick = { x, from: line.y - line.tickHeight, to: line.y + line.tickHeight };
    return { tick, label: { x: x - 20, y: label }, date: { x: x - 15, y: date } };
  });
}

export interface Plane {
  origin: Point;
  width: number;
  height: number;
  xMin: number;
  xMax: number;
  yMin: number;
  yMax: number;
}

const HALF_TICK = 3;

/** A plane's axes and their names' corners, with y growing upward, and `ticks` along the x axis. */
export function planeAxes({ origin, width, height, ...range }: Plane, ticks: number) {
  const unitX = width / (range.xMax - range.xMin);
  const unitY = height / (range.yMax - range.yMin);
  const step = (range.xMax - range.xMin) / (ticks + 1);
  return {
    xAxis: { from: origin.x + range.xMin * unitX, to: origin.x + range.xMax * unitX, y: origin.y },
    yAxis: { from: origin.y - range.yMax * unitY, to: origin.y - range.yMin * unitY, x: origin.x },
    xLabel: { x: origin.x + range.xMax * unitX + 5, y: origin.y - 10 },
    yLabel: { x: origin.x - 10, y: origin.y - range.yMax * unitY - 15 },
    xTicks: Array.from({ length: ticks }, (_, i) => ({
      x: origin.x + (range.xMin + (i + 1) * step) * unitX,
      from: origin.y - HALF_TICK,
      to: origin.y + HALF_TICK,
    })),
  };
}
