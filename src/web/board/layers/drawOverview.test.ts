import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { CANVAS_KINDS, type CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { drawOverview, overviewScale, type Brush } from "./drawOverview.ts";

/** Notes what is painted, and in which colour. */
function recorder() {
  const painted: unknown[] = [];
  const nothing = () => undefined;
  const brush: Brush = {
    save: nothing,
    restore: nothing,
    translate: nothing,
    rotate: nothing,
    beginPath: nothing,
    lineTo: nothing,
    rect: nothing,
    ellipse: nothing,
    fill: () => painted.push(brush.fillStyle),
    stroke: () => painted.push(brush.strokeStyle),
    fillStyle: "",
    strokeStyle: "",
    lineWidth: 1,
    globalAlpha: 1,
  };
  return { brush, painted };
}

it.each(CANVAS_KINDS.map((kind) => [kind]))("[BO21] a %s is seen in the small drawing", (kind) => {
  const inner: CanvasObject = { id: "in", kind: "rect", x: 0, y: 0, width: 9, height: 9 };
  const object: CanvasObject = { id: "a", kind, x: 5, y: 5, text: "Words", angle: 30 };
  const { brush, painted } = recorder();
  drawOverview(brush, [kind === "group" ? { ...object, objects: [inner] } : object], () => "ink");
  expect(painted.length).toBeGreaterThan(0);
  expect(new Set(painted)).toEqual(new Set(["ink"]));
});

const length = fc.double({ min: 0, max: 1e6, noNaN: true });
test.prop([length, length])(
  "[BO21] the small drawing is small whatever the board",
  (width, height) => {
    const scale = overviewScale({ x: 0, y: 0, width, height });
    expect(width * scale * height * scale).toBeLessThanOrEqual(1_000_001);
    expect(Math.max(width, height) * scale).toBeLessThanOrEqual(4_096.1);
    expect(scale).toBeLessThanOrEqual(1);
  },
);
