import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { boxOf } from "../../../../convex/contract/board/objectBox.ts";
import type { CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { middleOf, turnBetween, turnObject, turnPoint } from "./turnObject.ts";

const rect: CanvasObject = { id: "r", kind: "rect", x: 100, y: 0, width: 40, height: 20 };

it("[BO16] an object turns around its own middle, and back to standing straight", () => {
  const turned = turnObject(rect, middleOf(boxOf(rect)), 30);
  expect(turned).toMatchObject({ x: 100, y: 0, angle: 30 });
  expect(turnObject(turned, middleOf(boxOf(turned)), -30)).toEqual(rect);
});

it("[BO16] several turn as one: each goes around the middle of all", () => {
  const turned = turnObject(rect, { x: 0, y: 10 }, 90);
  expect(turned).toMatchObject({ x: -20, y: 120, angle: 90 });
});

it("[BO16] a hand that goes a quarter around turns by a quarter", () => {
  expect(turnBetween({ x: 0, y: 0 }, { x: 0, y: -9 }, { x: 5, y: 0 })).toBeCloseTo(90);
});

const degrees = fc.integer({ min: -720, max: 720 });
test.prop([degrees, degrees, fc.integer({ min: -500, max: 500 })])(
  "[BO16] turning keeps distances and sizes, and an angle is never more than half a turn",
  (first, second, at) => {
    const centre = { x: at, y: 7 };
    const turned = turnObject(turnObject(rect, centre, first), centre, second);
    const [before, after] = [middleOf(boxOf(rect)), middleOf(boxOf(turned))];
    const goal = turnPoint(before, centre, first + second);
    expect(Math.hypot(after.x - goal.x, after.y - goal.y)).toBeLessThan(0.3); // rounded to tenths
    expect(turned.angle ?? 0).toBeGreaterThan(-180.1);
    expect(turned.angle ?? 0).toBeLessThanOrEqual(180);
    expect(boxOf(turned)).toMatchObject({ width: 40, height: 20 });
  },
);
