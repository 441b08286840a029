/**
 * Where the legacy API put the parts of its drawings: labels, arrows, timelines, coordinate planes. Its
 * numbers, kept to the letter, for whoever answers old clients in its stead (rule BV14). Pixels.
 */
import { unionBox, type Box } from "../boardOps.ts";

export interface Point {
  x: number;
  y: number;
}

type BoundingBox = readonly [x: number, y: number, width: number, height: number];

const LETTER_WIDTH = 8;
const LABEL_HEIGHT = 20;
const LABEL_GAP = 20; // below the shape

/** The label of a shape: under its middle, as wide as its letters. */
export function labelPlace(shape: Box, label: string): Point & { bbox: BoundingBox } {
  const [x, y] = [shape.x + shape.width / 2, shape.y + shape.height + LABEL_GAP];
  return { x, y, bbox: [x, y, LETTER_WIDTH * label.length, LABEL_HEIGHT] };
}

/** The box around an arrow's points, of which there is at least one. */
export function arrowBox(points: readonly Point[]): BoundingBox {
  const box = unionBox(points.map(({ x, y }) => ({ x, y, width: 0, height: 0 })));
  return [box.x, box.y, box.width, box.height];
}

/** A circle is emitted by its middle, its box by its left top corner. */
export function circlePlace({ x, y }: Point, radius: number): Point & { bbox: BoundingBox } {
  return { x: x + radius, y: y + radius, bbox: [x, y, 2 * radius, 2 * radius] };
}

export interface TimelineLine {
  x: number;
  y: number;
  length: number;
  /** Between the line and what is written above it. */
  offset: number;
  fontSize: number;
}

/** One entry for each event: where its tick is, and the corners of its label and date. */
export function timelineMarks(line: TimelineLine, events: number) {
  const spacing = line.length / (events + 1);
  return Array.from({ length: events }, (_, i) => {
    const x = line.x + (i + 1) * spacing;
    const isAbove = i % 2 === 0;
    const below = line.y + line.offset;
    const label = isAbove ? line.y - line.offset : below + line.fontSize;
    const date = isAbove ? line.y - line.offset + line.fontSize + 2 : below + 2 * line.fontSize + 4;
    return { tickX: x, label: { x: x - 20, y: label }, date: { x: x - 15, y: date } };
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

/** The ends of a plane's axes, with y growing upward, and the places of `ticks` along the x axis. */
export function planeAxes({ origin, width, height, ...range }: Plane, ticks: number) {
  const unitX = width / (range.xMax - range.xMin);
  const unitY = height / (range.yMax - range.yMin);
  const step = (range.xMax - range.xMin) / (ticks + 1);
  return {
    xAxis: { from: origin.x + range.xMin * unitX, to: origin.x + range.xMax * unitX, y: origin.y },
    yAxis: { from: origin.y - range.yMax * unitY, to: origin.y - range.yMin * unitY, x: origin.x },
    xTicks: Array.from({ length: ticks }, (_, i) => {
      return origin.x + (range.xMin + (i + 1) * step) * unitX;
    }),
  };
}
