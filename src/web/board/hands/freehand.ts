/**
 * Turns the points of a pen into a stroke with a body, as an SVG path of the contract. The outline is
 * thinned: a slow hand delivers hundreds of points that say nothing, and every one of them would stay
 * in the document for good. Pen points are not thinned, since the speed between them sets the width.
 * Pure.
 */
import { getStroke } from "perfect-freehand";
import type { NewObject } from "../objects/newObject.ts";
import { round } from "../objects/objectGeometry.ts";
import type { Point } from "../layers/viewport.ts";

export interface PenPoint extends Point {
  pressure: number; // 0..1; 0.5 where the device has none
}

const TOLERANCE = 0.25; // board pixels that the thinned outline may be off

/** Douglas and Peucker's line simplification: keeps every point further than `tolerance` from the line. */
export function simplify<P extends Point>(points: readonly P[], tolerance: number): P[] {
  if (points.length < 3) return [...points];
  const keep = new Set([0, points.length - 1]);
  const spans: [number, number][] = [[0, points.length - 1]];
  for (let span = spans.pop(); span; span = spans.pop()) {
    const [start, end] = span;
    const [index, distance] = farthest(points, start, end);
    if (distance <= tolerance) continue;
    keep.add(index);
    spans.push([start, index], [index, end]);
  }
  return points.filter((_, index) => keep.has(index));
}

function farthest(points: readonly Point[], start: number, end: number): [number, number] {
  const [a, b] = [points[start], points[end]];
  let [best, bestDistance] = [start, -1];
  if (!a || !b) return [best, bestDistance];
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  for (let i = start + 1; i < end; i++) {
    const p = points[i];
    if (!p) continue;
    const cross = Math.abs((b.x - a.x) * (a.y - p.y) - (a.x - p.x) * (b.y - a.y));
    const distance = length === 0 ? Math.hypot(p.x - a.x, p.y - a.y) : cross / length;
    if (distance > bestDistance) [best, bestDistance] = [i, distance];
  }
  return [best, bestDistance];
}

/** The outline of a stroke as a closed path; `size` is its width in board pixels. */
export function strokePath(points: readonly PenPoint[], size: number, isDone: boolean): string {
  const hasPressure = points.some(({ pressure }) => pressure !== 0.5);
  const outline = getStroke(
    points.map(({ x, y, pressure }) => [x, y, pressure]),
    {
      size: size * 1.9, // at middle pressure this comes out as wide as asked
      thinning: 0.55,
      smoothing: 0.6,
      streamline: 0.3,
      simulatePressure: !hasPressure,
      last: isDone,
    },
  );
  const thin = simplify(
    outline.map(([x, y]) => ({ x, y })),
    TOLERANCE,
  );
  const [first, ...rest] = thin;
  if (!first) return "";
  let path = `M ${round(first.x)} ${round(first.y)} Q`;
  let from = first;
  for (const to of [...rest, first]) {
    const middle = { x: round((from.x + to.x) / 2), y: round((from.y + to.y) / 2) };
    path += ` ${round(from.x)} ${round(from.y)} ${middle.x} ${middle.y}`;
    from = to;
  }
  return `${path} Z`;
}

/** The finished stroke as an object whose (x, y) is its left top corner. */
export function strokeObject(points: readonly PenPoint[], colour: string, size: number): NewObject {
  const x = round(Math.min(...points.map((p) => p.x)));
  const y = round(Math.min(...points.map((p) => p.y)));
  const moved = points.map((p) => ({ ...p, x: p.x - x, y: p.y - y }));
  return { kind: "path", x, y, points: strokePath(moved, size, true), fill: colour };
}
