import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import {
  BOARD_HEIGHT,
  BOARD_WIDTH,
  CANVAS_KINDS,
  MAX_COORDINATE,
  type CanvasObject,
} from "../boardOps.ts";
import { measureText } from "./measureText.ts";
import { boxOf, isOfUnitSize, lineWidthOf, originOf, pointsOf } from "./objectBox.ts";
import { pathNumbers } from "./pathNumbers.ts";

const object = (kind: CanvasObject["kind"], more: Partial<CanvasObject> = {}): CanvasObject => ({
  ...{ id: "o", kind, x: 0, y: 0 },
  ...more,
});
const size = (one: CanvasObject) => {
  const { width, height } = boxOf(one);
  return [width, height];
};

describe("where an object is", () => {
  it("[BO1] a percent field wins over a percent string, which wins over a number", () => {
    const all = { xPct: 0.5, yPct: 0.25, widthPct: 0.1, heightPct: 0.2, x: 1, y: "3%", width: 7 };
    expect(boxOf(object("rect", all))).toEqual({ x: 800, y: 250, width: 160, height: 200 });
    const strings = { x: "50%", y: "12.5%", width: "120", height: "1%" };
    expect(boxOf(object("rect", strings))).toEqual({ x: 800, y: 125, width: 120, height: 10 });
    expect(boxOf({ id: "o", kind: "rect" })).toEqual({ x: 0, y: 0, width: 50, height: 50 });
    expect(originOf(object("line", { xPct: 0.5, points: [-5, 0, 5, 5] }))).toEqual({
      x: 800,
      y: 0,
    });
  });

  it("[BO2] every kind has a size of its own where none is given", () => {
    const sizes = Object.fromEntries(CANVAS_KINDS.map((kind) => [kind, size(object(kind))]));
    expect(sizes).toMatchObject({
      ...{ rect: [50, 50], circle: [50, 50], ellipse: [60, 60], triangle: [100, 100] },
      ...{ polygon: [100, 100], line: [50, 50], arrow: [50, 50], pointer_ping: [12, 12] },
      ...{ question_tag: [24, 24], image: [200, 100], latex_svg: [200, 100] },
    });
    expect(size(object("text", { text: "ab" }))[1]).toBe(Math.ceil(18 * 1.35));
    expect(size(object("textbox", { text: "ab" }))[1]).toBe(Math.ceil(16 * 1.35));
    expect(size(object("radio", { label: "Yes" }))[0]).toBeGreaterThan(26);
  });

  it("[BO2] a circle goes by its radius, an ellipse by percent, size and radii in this order", () => {
    const width = 80;
    expect(size(object("circle", { radius: 10, width, height: 80 }))).toEqual([20, 20]);
    expect(size(object("circle", { rxPct: 0.1, width }))).toEqual([320, 320]);
    expect(size(object("circle", { widthPct: 0.1 }))).toEqual([160, 160]);
    const radii = { rx: 5, ry: 6, radius: 9 };
    expect(size(object("ellipse", { ...radii, rxPct: 0.1, ryPct: 0.1 }))).toEqual([320, 200]);
    expect(size(object("ellipse", { ...radii, width, height: 30 }))).toEqual([80, 30]);
    expect(size(object("ellipse", radii))).toEqual([10, 12]);
    expect(size(object("ellipse", { radius: 9 }))).toEqual([18, 18]);
  });

  it("[BO2] a polygon within 0..1 is as large as its object, any other as its points", () => {
    const unit: [number, number][] = [
      [0, 0],
      [1, 0],
      [0.5, 1],
    ];
    const triangle = object("polygon", { points: unit, width: 40, height: 20, x: 5 });
    expect(isOfUnitSize(triangle)).toBe(true);
    expect(boxOf(triangle)).toEqual({ x: 5, y: 0, width: 40, height: 20 });
    expect(boxOf(object("polygon", { points: unit })).width).toBe(100);
    expect(boxOf(object("polygon", { points: [...unit, [2, 2]], width: 40 })).width).toBe(2);
  });

  it("[BO2] a line without points goes across its box, a graph is as large as its nodes", () => {
    expect(pointsOf(object("arrow", { width: 30, height: 10 }))).toEqual([0, 0, 30, 10]);
    const nodes = ["a", "b"].map((id) => ({ id, width: 100, height: 40 }));
    const layoutSpec = { nodes, edges: [{ source: "a", target: "b" }] };
    expect(size(object("graph_layout", { metadata: { layoutSpec } }))).toEqual([100, 140]);
  });

  const coordinate = fc.double({ min: -2_000, max: 2_000, noNaN: true });
  test.prop([fc.array(coordinate), fc.constantFrom(" ", ",", " L ", "Q")])(
    "[BO3] a path's numbers are read as they were written, however they are parted",
    (numbers, gap) => {
      expect(pathNumbers(`M ${numbers.join(gap)} Z`)).toEqual(
        numbers.map((n) => (n === 0 ? Math.abs(n) : n)),
      );
    },
  );
  it("[BO3] numbers may follow each other without a gap but their signs and points", () => {
    expect(pathNumbers("M1.5.5.25 .5-.5.5")).toEqual([1.5, 0.5, 0.25, 0.5, -0.5, 0.5]);
    expect(pathNumbers("M10-20L-1e-7-.5 3")).toEqual([10, -20, -1e-7, -0.5, 3]);
    expect(pathNumbers("nothing - . e")).toEqual([]);
  });

  test.prop([
    fc.string({ unit: fc.constantFrom("a", "i", " ", "\n", "語", "😀", "\t") }),
    fc.integer({ min: 8, max: 40 }),
    fc.integer({ min: 1, max: 400 }),
  ])("[BO3] a text's room holds as many signs as it has", (text, fontSize, available) => {
    const { width, height, lines } = measureText(text, fontSize, available);
    expect(width).toBeLessThanOrEqual(Math.ceil(Math.max(available, fontSize)));
    expect(lines).toBeGreaterThanOrEqual(text.split("\n").length);
    expect(height).toBe(Math.ceil(lines * fontSize * 1.35));
    const signs = (text.match(/\S/gu) ?? []).length;
    expect(lines * Math.max(available, fontSize)).toBeGreaterThanOrEqual(signs * fontSize * 0.57);
  });

  it("[BO1] percentages go by a board of one size for everyone", () => {
    const whole = boxOf(object("rect", { widthPct: 1, heightPct: 1 }));
    expect([whole.width, whole.height]).toEqual([BOARD_WIDTH, BOARD_HEIGHT]);
  });
});

it("[BO25] whatever an object says of its place and size, it is on the board and not less than nothing", () => {
  const absurd: Partial<CanvasObject>[] = [
    { width: -500, height: -300 },
    { radius: -50 },
    { points: "M 0 0 L 1e999 -1e999" },
    { points: "M 1e300 0 L -1e300 1" },
    { x: "-9999999%", y: "9999999%", width: "9999999%", height: "9999999%" },
    { xPct: 100, yPct: -100, widthPct: -100, heightPct: 100 },
    { objects: [{ id: "in", kind: "path", points: "M 1e999 1e999 L 0 0" }] },
    { metadata: { layoutSpec: { nodes: [{ id: "a", width: 1e308, height: 1e308 }] } } },
  ];
  for (const kind of CANVAS_KINDS) {
    for (const more of absurd) {
      const { x, y, width, height } = boxOf(object(kind, more));
      expect(Math.min(width, height)).toBeGreaterThanOrEqual(0);
      expect(Math.max(-x, -y, x + width, y + height)).toBeLessThanOrEqual(MAX_COORDINATE);
    }
  }
});

it("[BO4] a text ends its lines where it says so, and not at an estimate of its own width", () => {
  expect(lineWidthOf(object("text", { text: "WWWW", width: 300 }))).toBe(300);
  expect(lineWidthOf(object("text", { text: "WWWW", widthPct: 0.5 }))).toBe(800);
  const free = object("text", { text: "WWWW" });
  expect(lineWidthOf(free)).toBeGreaterThan(2 * boxOf(free).width);
});
