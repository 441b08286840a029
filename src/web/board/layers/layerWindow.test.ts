import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import {
  nextPicture,
  pictureAround,
  seenBox,
  sheetAround,
  sheetTransform,
  standsFor,
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
  "[BO6] a picture stands for all that is seen, also after moves, and not after large zooms",
  (view, dx, dy) => {
    const picture = pictureAround(view, size);
    const [width, height] = [size.width / view.zoom, size.height / view.zoom];
    const near = { ...view, x: view.x + dx * width, y: view.y + dy * height };
    for (const one of [view, near]) {
      expect(standsFor(picture, one, size)).toBe(true);
      expect(nextPicture(picture, one, size, false)).toBe(picture);
    }
    const far = { ...view, x: view.x + width };
    const moved = nextPicture(picture, far, size, false);
    expect(standsFor(picture, far, size)).toBe(false);
    expect(standsFor(moved, far, size)).toBe(true);
    expect(moved.sheet).toBe(picture.sheet); // what was drawn stays
    expect(nextPicture(picture, { ...view, x: view.x + 20 * width }, size, false).sheet).not.toBe(
      picture.sheet,
    );
    const { window } = picture;
    expect(window).toEqual(windowAround(seenBox(view, size)));
    expect(windowFits(window, seenBox({ ...view, zoom: view.zoom * 3 }, size))).toBe(false);
  },
);

const zooms = fc.array(fc.double({ min: 0.1, max: 6, noNaN: true }), { maxLength: 20 });
test.prop([viewport, zooms])(
  "[BO21] a zoom that goes on leaves the picture as it is; at rest it is right",
  (view, steps) => {
    let picture = pictureAround(view, size);
    for (const zoom of steps) {
      const next = nextPicture(picture, { ...view, zoom }, size, true);
      if (zoom !== view.zoom) expect(next).toBe(picture);
      picture = next;
    }
    const end = { ...view, zoom: steps.at(-1) ?? view.zoom };
    const rested = nextPicture(picture, end, size, false);
    expect(rested.sheet.zoom).toBe(end.zoom);
    expect(standsFor(rested, end, size)).toBe(true);
  },
);

test.prop([viewport, viewport])("[BO6] the sheet lies where the viewport has it", (drawn, view) => {
  const sheet = sheetAround(drawn, size);
  const [, left, top] = /translate3d\((.+)px, (.+)px, 0\)/.exec(sheetTransform(sheet, view))!;
  const corner = toScreen(view, sheet);
  expect(Math.abs(Number(left) - corner.x)).toBeLessThanOrEqual(0.5);
  expect(Math.abs(Number(top) - corner.y)).toBeLessThanOrEqual(0.5);
});
