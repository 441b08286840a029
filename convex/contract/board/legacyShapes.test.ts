import { expect, it } from "vitest";
import { arrowBox, circlePlace, labelPlace, planeAxes, timelineMarks } from "./legacyShapes.ts";

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
  const marks = timelineMarks({ x: 50, y: 150, length: 600, offset: 20, fontSize: 10 }, 2);
  expect(marks.map(({ tickX }) => tickX)).toEqual([250, 450]);
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
    xTicks: [50],
  });
});
