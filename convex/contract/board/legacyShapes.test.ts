import { expect, it } from "vitest";
import {
  arrowBox,
  circlePlace,
  labelPlace,
  LEGACY_COLOURS,
  planeAxes,
  rectBox,
  textBox,
  timelineMarks,
} from "./legacyShapes.ts";

it("[BV14] texts and shapes that say nothing have the legacy API's places, sizes and colours", () => {
  expect(textBox()).toEqual([100, 100, 100, 20]);
  expect(textBox({ x: 5, width: 40, fontSize: 30 })).toEqual([5, 100, 40, 30]);
  expect(rectBox()).toEqual([100, 100, 100, 60]);
  expect(circlePlace()).toEqual({ x: 130, y: 130, bbox: [100, 100, 60, 60] });
  expect(arrowBox([])).toEqual([100, 100, 60, 2]);
  expect(LEGACY_COLOURS.primary).toBe("#1976D2");
});

it("[BV14] labels, arrows and circles lie where the legacy API put them", () => {
  const rect = { x: 100, y: 100, width: 100, height: 60 };
  expect(labelPlace(rect, "L")).toEqual({ x: 150, y: 180, bbox: [150, 180, 8, 20] });
  const points = [
    { x: 30, y: 10 },
    { x: 10, y: 40 },
  ];
  expect(arrowBox(points)).toEqual([10, 10, 20, 30]);
  expect(circlePlace({ x: 10, y: 20 }, 15)).toEqual({ x: 25, y: 35, bbox: [10, 20, 30, 30] });
});

it("[BV14] a timeline's ticks, labels and dates go above and below the line in turns", () => {
  const marks = timelineMarks(
    { x: 50, y: 150, length: 600, offset: 20, fontSize: 10, tickHeight: 5 },
    2,
  );
  expect(marks.map(({ tick }) => tick.x)).toEqual([250, 450]);
  expect(marks[0]?.tick).toEqual({ x: 250, from: 145, to: 155 });
  expect(marks.map(({ label }) => label.y)).toEqual([130, 180]);
  expect(marks.map(({ date }) => date.y)).toEqual([142, 194]);
  expect(marks[0]).toMatchObject({ label: { x: 230 }, date: { x: 235 } });
});

it("[BV14] a plane's axes cross in its origin, its ticks part the x axis equally", () => {
  const range = { xMin: -10, xMax: 10, yMin: -10, yMax: 10 };
  const plane = { origin: { x: 50, y: 300 }, width: 250, height: 200, ...range };
  expect(planeAxes(plane, 1)).toEqual({
    xAxis: { from: -75, to: 175, y: 300 },
    yAxis: { from: 200, to: 400, x: 50 },
    xLabel: { x: 180, y: 290 },
    yLabel: { x: 40, y: 185 },
    xTicks: [{ x: 50, from: 297, to: 303 }],
  });
});
