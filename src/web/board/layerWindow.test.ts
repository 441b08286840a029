import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import {
  seenBox,
  sheetAround,
  sheetCovers,
  sheetTransform,
  windowAround,
  windowFits,
} from "./layerWindow.ts";
import { toScreen } from "./viewport.ts";

const size = { width: 1_200, height: 800 };
const viewport = fc.record({
  x: fc.integer({ min: -5_000, max: 5_000 }),
  y: fc.integer({ min: -5_000, max: 5_000 }),
  zoom: fc.double({ min: 0.1, max: 6, noNaN: true }),
});
const part = fc.double({ min: -0.55, max: 0.55, noNaN: true });

test.prop([viewport, part, part])(
  "[BO6] sheet and window stand for all that is seen, also after moves, and not after large zooms",
  (view, dx, dy) => {
    const [sheet, window] = [sheetAround(view, size), windowAround(seenBox(view, size))];
    const [width, height] = [size.width / view.zoom, size.height / view.zoom];
    const near = { ...view, x: view.x + dx * width, y: view.y + dy * height };
    for (const one of [view, near]) {
      expect(sheetCovers(sheet, one, size)).toBe(true);
      expect(windowFits(window, seenBox(one, size))).toBe(true);
    }
    const far = { ...view, x: view.x + width };
    expect(windowFits(window, seenBox(far, size))).toBe(false);
    expect(windowFits(window, seenBox({ ...view, zoom: view.zoom * 3 }, size))).toBe(false);
    expect(sheetCovers(sheet, { ...view, x: view.x + 20 * width }, size)).toBe(false);
    expect(sheetCovers(sheet, { ...view, zoom: view.zoom * 3 }, size)).toBe(false);
  },
);

test.prop([viewport, viewport])("[BO6] the sheet lies where the viewport has it", (drawn, view) => {
  const sheet = sheetAround(drawn, size);
  const [, left, top] = /translate3d\((.+)px, (.+)px, 0\)/.exec(sheetTransform(sheet, view))!;
  const corner = toScreen(view, sheet);
  expect(Math.abs(Number(left) - corner.x)).toBeLessThanOrEqual(0.5);
  expect(Math.abs(Number(top) - corner.y)).toBeLessThanOrEqual(0.5);
});
