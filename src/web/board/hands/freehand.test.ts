import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { canvasObject } from "../../../../convex/contract/boardOps.ts";
import { boxOf } from "../../../../convex/contract/board/objectBox.ts";
import { simplify, strokeObject, strokePath } from "./freehand.ts";

const step = fc.record({
  x: fc.double({ min: -12, max: 12, noNaN: true }),
  y: fc.double({ min: -12, max: 12, noNaN: true }),
  pressure: fc.double({ min: 0, max: 1, noNaN: true }),
});
/** A hand moves in small steps, since the device reports often. */
const pen = fc.array(step, { minLength: 1, maxLength: 200 }).map((steps) => {
  let [x, y] = [400, 300];
  return steps.map(({ pressure, ...by }) => ({ x: (x += by.x), y: (y += by.y), pressure }));
});

test.prop([pen, fc.double({ min: 0.1, max: 20, noNaN: true })])(
  "[WD5] thinning keeps both ends, the order, and only points that were there",
  (points, tolerance) => {
    const thin = simplify(points, tolerance);
    expect(thin[0]).toBe(points[0]);
    expect(thin.at(-1)).toBe(points.at(-1));
    const indexes = thin.map((p) => points.indexOf(p));
    expect(indexes).toEqual([...indexes].sort((a, b) => a - b));
  },
);

it("[WD5] a straight line is two points, however slowly it was drawn", () => {
  const line = Array.from({ length: 500 }, (_, i) => ({ x: i, y: 2 * i }));
  expect(simplify(line, 0.5)).toHaveLength(2);
});

it("[WD5] a corner stays", () => {
  const corner = [0, 1, 2, 3, 4].map((x) => ({ x, y: x === 2 ? 9 : 0 }));
  expect(simplify(corner, 0.5)).toContainEqual({ x: 2, y: 9 });
});

test.prop([pen, fc.integer({ min: 1, max: 24 })])(
  "[WD6] every stroke is a valid object that lies around its pen points",
  (points, size) => {
    const object = { id: "s", ...strokeObject(points, "#123456", size) };
    expect(canvasObject.safeParse(object).success).toBe(true);
    const box = boxOf(object);
    const slack = 4 * size + 12;
    for (const { x, y } of points) {
      expect(x).toBeGreaterThanOrEqual(box.x - slack);
      expect(x).toBeLessThanOrEqual(box.x + box.width + slack);
      expect(y).toBeGreaterThanOrEqual(box.y - slack);
      expect(y).toBeLessThanOrEqual(box.y + box.height + slack);
    }
  },
);

it("[WD6] a dot is a stroke too", () => {
  expect(strokePath([{ x: 5, y: 5, pressure: 0.5 }], 4, true)).toMatch(/^M .* Z$/);
});
