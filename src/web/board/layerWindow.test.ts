import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { covers, layerTransform, windowAround } from "./layerWindow.ts";
import { toScreen } from "./viewport.ts";

const size = { width: 1_200, height: 800 };
const viewport = fc.record({
  x: fc.integer({ min: -5_000, max: 5_000 }),
  y: fc.integer({ min: -5_000, max: 5_000 }),
  zoom: fc.double({ min: 0.1, max: 6, noNaN: true }),
});
const part = fc.double({ min: -0.35, max: 0.35, noNaN: true });

test.prop([viewport, part, part])(
  "[BO6] the window stands for all that is seen, also after small moves, and not after large ones",
  (view, dx, dy) => {
    const window = windowAround(view, size);
    const [width, height] = [size.width / view.zoom, size.height / view.zoom];
    expect(covers(window, view, size)).toBe(true);
    const near = { ...view, x: view.x + dx * width, y: view.y + dy * height };
    expect(covers(window, near, size)).toBe(true);
    expect(covers(window, { ...view, x: view.x + width }, size)).toBe(false);
    expect(covers(window, { ...view, zoom: view.zoom * 3 }, size)).toBe(false);
  },
);

test.prop([viewport, viewport])("[BO6] the layer lies where the viewport has it", (drawn, view) => {
  const window = windowAround(drawn, size);
  const [, left, top] = /translate3d\((.+)px, (.+)px, 0\)/.exec(layerTransform(window, view))!;
  const corner = toScreen(view, window);
  expect(Math.abs(Number(left) - corner.x)).toBeLessThanOrEqual(0.5);
  expect(Math.abs(Number(top) - corner.y)).toBeLessThanOrEqual(0.5);
});
