import { expect, it } from "vitest";
import { anchoredPlace } from "./anchoredPlace.ts";

const anchor = { x: 100, y: 200, width: 80, height: 40 };

it("[BV16] what says nothing lies right of its anchor, top beside top", () => {
  expect(anchoredPlace(anchor)).toEqual({ x: 180, y: 200 });
});

it("[BV16] edge lies on edge, apart by a share of the board", () => {
  const below = { anchorEdgeX: "left", anchorEdgeY: "bottom" } as const;
  expect(anchoredPlace(anchor, { ...below, offsetYPct: 0.02 })).toEqual({ x: 100, y: 260 });
  const left = { anchorEdgeX: "left", objectEdgeX: "right", offsetXPct: -0.01 } as const;
  expect(anchoredPlace(anchor, left)).toEqual({ x: 34, y: 200 });
  const around = { anchorEdgeX: "center_x", objectEdgeX: "center_x" } as const;
  const above = { anchorEdgeY: "center_y", objectEdgeY: "center_y" } as const;
  expect(anchoredPlace(anchor, { ...around, ...above }, { width: 20, height: 10 })).toEqual({
    ...{ x: 130, y: 215 },
  });
  expect(anchoredPlace(anchor, { ...below, objectEdgeY: "bottom" })).toEqual({ x: 100, y: 190 });
});
