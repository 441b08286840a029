import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { canvasObject, type CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { boxOf, pointsOf } from "../../../../convex/contract/board/objectBox.ts";
import { BoardScene } from "../link/boardScene.ts";
import {
  boxBetween,
  dragHandle,
  HANDLES,
  moveObject,
  objectPoints,
  resizeObject,
} from "./objectGeometry.ts";

/** What a hand at this point takes hold of. */
const topAt = (objects: CanvasObject[], point: { x: number; y: number }) =>
  BoardScene.of(objects).topAt(point, 6);

const px = fc.integer({ min: -500, max: 1_500 });
const side = fc.integer({ min: 10, max: 600 });
const box = fc.record({ x: px, y: px, width: side, height: side });
const flat = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 300 })), {
    minLength: 2,
    maxLength: 12,
  })
  .map((pairs) => [0, 0, 300, 300, ...pairs.flat()]);

const object: fc.Arbitrary<CanvasObject> = fc.oneof(
  fc.record({
    id: fc.constant("o"),
    kind: fc.constantFrom("rect", "ellipse", "image"),
    x: px,
    y: px,
    width: side,
    height: side,
  }),
  fc.record({
    id: fc.constant("o"),
    kind: fc.constantFrom("line", "arrow", "polygon"),
    x: px,
    y: px,
    points: flat,
  }),
  fc.record({
    id: fc.constant("o"),
    kind: fc.constant("path"),
    x: px,
    y: px,
    points: flat.map((p) => `M ${p[0]} ${p[1]} L ${p.slice(2).join(" ")} Z`),
  }),
  fc.record({
    id: fc.constant("o"),
    kind: fc.constant("rect"),
    xPct: fc.double({ min: 0, max: 1, noNaN: true }),
    yPct: fc.double({ min: 0, max: 1, noNaN: true }),
    width: side,
    height: side,
  }),
  fc.record({
    id: fc.constant("o"),
    kind: fc.constant("group"),
    x: px,
    y: px,
    objects: fc.tuple(
      fc.record({
        id: fc.constant("a"),
        kind: fc.constant("rect"),
        x: fc.constant(0),
        y: fc.constant(0),
        width: side,
        height: side,
      }),
      fc.record({
        id: fc.constant("b"),
        kind: fc.constant("rect"),
        x: fc.constant(20),
        y: fc.constant(30),
        width: side,
        height: side,
      }),
    ),
  }),
);

test.prop([object, px, px])(
  "[WD3] moving moves the box and changes nothing else of it",
  (o, dx, dy) => {
    const [before, after] = [boxOf(o), boxOf(moveObject(o, dx, dy))];
    expect(after.x).toBeCloseTo(before.x + dx, 0);
    expect(after.y).toBeCloseTo(before.y + dy, 0);
    expect(after.width).toBeCloseTo(before.width, 0);
    expect(canvasObject.safeParse(moveObject(o, dx, dy)).success).toBe(true);
  },
);

test.prop([object, box])("[WD3] an object resized to a frame fills that frame", (o, frame) => {
  const resized = resizeObject(o, boxOf(o), frame);
  const after = boxOf(resized);
  expect(canvasObject.safeParse(resized).success).toBe(true);
  expect(Math.abs(after.x - frame.x)).toBeLessThan(1);
  expect(Math.abs(after.y - frame.y)).toBeLessThan(1);
  expect(Math.abs(after.width - frame.width)).toBeLessThan(2);
  expect(Math.abs(after.height - frame.height)).toBeLessThan(2);
});

it("[WD3] a path that was written tersely is resized as it is measured", () => {
  const terse: CanvasObject = {
    id: "p",
    kind: "path",
    x: 0,
    y: 0,
    points: "M1.5.5L9e-1-.25 4 8.5",
  };
  const twice = resizeObject(terse, boxOf(terse), { ...boxOf(terse), width: 6.2, height: 17.5 });
  expect(pointsOf(twice)).toEqual([3, 1, 1.8, -0.5, 8, 17]);
  const again = resizeObject(twice, boxOf(twice), boxOf(twice));
  expect(again.points).toBe(twice.points);
});

it("[WD3] a formula's letters grow with it", () => {
  const formula: CanvasObject = { id: "f", kind: "latex_svg", x: 0, y: 0, width: 100, height: 50 };
  const larger = resizeObject(formula, boxOf(formula), { x: 0, y: 0, width: 300, height: 100 });
  expect(larger).toMatchObject({ width: 300, height: 100, fontSize: 48 });
});

test.prop([object])(
  "[WD3] an object is found at each of its own points and in a frame around it",
  (o) => {
    const found = boxOf(o);
    const points = objectPoints(o);
    for (const point of points) expect(topAt([o], point)).toBe(o);
    expect(BoardScene.of([o]).within(found)).toEqual([o]);
    const outside = { x: found.x + found.width + 100, y: found.y };
    expect(topAt([o], outside)).toBeUndefined();
  },
);

it("[WD3] the object on top is the one that is hit", () => {
  const under: CanvasObject = { id: "under", kind: "rect", x: 0, y: 0, width: 50, height: 50 };
  const over: CanvasObject = { ...under, id: "over", metadata: { drawnAt: 1 } };
  expect(topAt([over, under], { x: 10, y: 10 })?.id).toBe("over");
});

it("[WD3] the empty corner of a diagonal line's box is not the line", () => {
  const line: CanvasObject = { id: "l", kind: "line", x: 0, y: 0, points: [0, 0, 200, 200] };
  expect(topAt([line], { x: 190, y: 10 })).toBeUndefined();
  expect(topAt([line], { x: 100, y: 103 })).toBe(line);
});

test.prop([box, fc.constantFrom(...HANDLES), px, px, fc.boolean()])(
  "[WD4] dragging a corner keeps the opposite corner where it is",
  (b, handle, dx, dy, keepsRatio) => {
    const dragged = dragHandle(b, handle, { x: dx, y: dy }, keepsRatio);
    const fixedX = handle.horizontal === -1 ? b.x + b.width : b.x;
    const fixedNow = handle.horizontal === -1 ? dragged.x + dragged.width : dragged.x;
    expect(fixedNow).toBeCloseTo(fixedX, 6);
    expect(dragged.width).toBeGreaterThan(0);
    if (keepsRatio) expect(dragged.width / dragged.height).toBeCloseTo(b.width / b.height, 6);
  },
);

it("[WD4] a box drawn in any direction is the same box", () => {
  const same = { x: 10, y: 20, width: 30, height: 40 };
  expect(boxBetween({ x: 10, y: 20 }, { x: 40, y: 60 })).toEqual(same);
  expect(boxBetween({ x: 40, y: 60 }, { x: 10, y: 20 })).toEqual(same);
});
