import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import type { Box } from "../../../../convex/contract/boardOps.ts";
import {
  fitBox,
  MAX_ZOOM,
  MIN_ZOOM,
  panBy,
  revealBox,
  toBoard,
  toScreen,
  zoomAt,
  type Viewport,
} from "./viewport.ts";

const coordinate = fc.double({ min: -5_000, max: 5_000, noNaN: true });
const point = fc.record({ x: coordinate, y: coordinate });
const viewport = fc.record({
  x: coordinate,
  y: coordinate,
  zoom: fc.double({ min: MIN_ZOOM, max: MAX_ZOOM, noNaN: true }),
});

test.prop([viewport, point])("[WD2] board and screen are inverse to each other", (view, p) => {
  const back = toScreen(view, toBoard(view, p));
  expect(back.x).toBeCloseTo(p.x, 4);
  expect(back.y).toBeCloseTo(p.y, 4);
});

test.prop([viewport, point, fc.double({ min: 0.01, max: 100, noNaN: true })])(
  "[WD2] zooming keeps the point under the finger and stays in bounds",
  (view, p, factor) => {
    const zoomed = zoomAt(view, p, factor);
    expect(zoomed.zoom).toBeGreaterThanOrEqual(MIN_ZOOM);
    expect(zoomed.zoom).toBeLessThanOrEqual(MAX_ZOOM);
    expect(toBoard(zoomed, p).x).toBeCloseTo(toBoard(view, p).x, 4);
    expect(toBoard(zoomed, p).y).toBeCloseTo(toBoard(view, p).y, 4);
  },
);

test.prop([viewport, point])("[WD2] panning moves the paper with the hand", (view, by) => {
  const moved = toScreen(panBy(view, by.x, by.y), { x: 0, y: 0 });
  const before = toScreen(view, { x: 0, y: 0 });
  expect(moved.x - before.x).toBeCloseTo(by.x, 4);
  expect(moved.y - before.y).toBeCloseTo(by.y, 4);
});

const box = fc.record({
  x: coordinate,
  y: coordinate,
  width: fc.integer({ min: 0, max: 3_000 }),
  height: fc.integer({ min: 0, max: 3_000 }),
});
const size = { width: 900, height: 700 };
const insets = { top: 10, right: 0, bottom: 60, left: 80 };

function expectSeen(view: Viewport, { x, y, width, height }: Box): void {
  const start = toScreen(view, { x, y });
  const end = toScreen(view, { x: x + width, y: y + height });
  expect(start.x).toBeGreaterThanOrEqual(insets.left - 0.01);
  expect(start.y).toBeGreaterThanOrEqual(insets.top - 0.01);
  expect(end.x).toBeLessThanOrEqual(size.width + 0.01);
  expect(end.y).toBeLessThanOrEqual(size.height - insets.bottom + 0.01);
}

test.prop([box])("[WD2] a fitted box is seen whole beside the tools", (one) => {
  expectSeen(fitBox(one, size, insets), one);
});

test.prop([viewport, box])(
  "[WD2] what is to be seen comes into view, at the same zoom where it has room, and what is seen stays",
  (before, one) => {
    const view = revealBox(before, one, size, insets);
    expectSeen(view, one);
    expect(revealBox(view, one, size, insets)).toEqual(view);
    expect(view.zoom).toBeLessThanOrEqual(before.zoom + 1e-9);
    const hasRoom = Math.max(one.width / 700, one.height / 500) * before.zoom < 1;
    if (hasRoom) expect(view.zoom).toBeCloseTo(before.zoom, 9);
  },
);
