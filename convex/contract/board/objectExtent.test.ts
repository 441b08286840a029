import { describe, expect, it } from "vitest";

import type { CanvasObject } from "../boardOps.ts";
import { extentOf } from "./objectExtent.ts";

const rect = (more: Partial<CanvasObject>): CanvasObject => ({
  ...{ id: "a", kind: "rect", x: 100, y: 100, width: 80, height: 40 },
  ...more,
});

describe("what an object covers", () => {
  it("[BV1] is its box when it stands straight, also upside down", () => {
    const straight = { x: 100, y: 100, width: 80, height: 40 };
    expect(extentOf(rect({}))).toEqual(straight);
    expect(extentOf(rect({ angle: 180 }))).toEqual(straight);
  });

  it("[BV1] is the box around it when it is turned around its middle", () => {
    const turned = extentOf(rect({ angle: 90 }));
    expect(turned.x).toBeCloseTo(120);
    expect(turned.y).toBeCloseTo(80);
    expect(turned.width).toBeCloseTo(40);
    expect(turned.height).toBeCloseTo(80);
    expect(extentOf(rect({ height: 80, angle: 45 })).width).toBeCloseTo(80 * Math.SQRT2);
  });

  it("[BV1] grows by half the line on each side, but not for texts, which have none", () => {
    expect(extentOf(rect({ strokeWidth: 10 }))).toEqual({ x: 95, y: 95, width: 90, height: 50 });
    const text = { kind: "textbox" as const, text: "a", strokeWidth: 10, fontSize: 10 };
    expect(extentOf(rect(text))).toEqual({ x: 100, y: 100, width: 80, height: 40 });
  });

  it("[BV1] is that of its points, and of a group's members with their angles", () => {
    const line = rect({ kind: "line", points: [-10, 0, 30, 5] });
    expect(extentOf(line)).toEqual({ x: 90, y: 100, width: 40, height: 5 });
    const member = { ...rect({ angle: 90 }), x: 10, y: 20 };
    const group = extentOf({ id: "g", kind: "group", x: 100, y: 100, objects: [member] });
    expect(group.x).toBeCloseTo(130);
    expect(group.y).toBeCloseTo(100);
    expect([group.width, group.height]).toEqual([expect.closeTo(40), expect.closeTo(80)]);
  });
});

it("[BO25] an angle of any size turns by what is left of whole turns", () => {
  const upright = extentOf({ id: "a", kind: "rect", width: 40, height: 20, angle: 90 });
  expect(extentOf({ id: "a", kind: "rect", width: 40, height: 20, angle: 90 + 360e9 })).toEqual(
    upright,
  );
  const far = extentOf({ id: "a", kind: "rect", width: 40, height: 20, angle: 1e308 });
  expect(Object.values(far).every(Number.isFinite)).toBe(true);
});
