/** Draws a coordinate system and the graphs of functions of x in it. */
import { z } from "zod";
import { appError } from "../errors.ts";
import type { CanvasObject } from "../boardOps.ts";
import { caption, connector, heading } from "./blockParts.ts";
import { defineTool } from "./boardTool.ts";
import { parseFormula } from "./formula.ts";
import { colorAt, PALETTE } from "./palette.ts";
import { placeBlock } from "./placement.ts";

const WIDTH = 480;
const HEIGHT = 360;
const MARGIN = 44; // around the plot, for the numbers
const FONT = 13;
const TICKS = 5;
const SAMPLES = 240;

const bound = z.number().min(-1e9).max(1e9);

export const drawAxis = defineTool({
  description: "Draw a coordinate system with the graphs of up to four functions of x.",
  label: "Drawing a graph",
  args: z.object({
    title: z.string().max(120).nullable(),
    xMin: bound,
    xMax: bound,
    yMin: bound.nullable().describe("null = fits the graphs."),
    yMax: bound.nullable().describe("null = fits the graphs."),
    xLabel: z.string().max(30).nullable(),
    yLabel: z.string().max(30).nullable(),
    functions: z
      .array(
        z.object({ formula: z.string().min(1).max(200), label: z.string().max(60).nullable() }),
      )
      .max(4)
      .describe("Formulas of x, such as 2*x^2 - sin(x)/3."),
  }),
  plan(args, board) {
    const { xMin, xMax } = args;
    if (!(xMin < xMax)) throw appError("INVALID_INPUT", "xMin must be less than xMax.");
    const graphs = args.functions.map(({ formula }) => sample(parseFormula(formula), xMin, xMax));
    const [yMin, yMax] = yRange(args, graphs.flat());
    const head = heading(args.title, WIDTH);
    const frame = { xMin, xMax, yMin, yMax, top: head.height };
    const curves = graphs.flatMap((points, i) => curve(points, frame, i));
    const legend = args.functions.map(({ formula, label }, i) => ({
      ...caption({
        id: `legend-${i}`,
        x: MARGIN,
        y: head.height + HEIGHT + i * 22,
        width: WIDTH - MARGIN,
        text: `— ${label ?? `y = ${formula}`}`,
        fontSize: 14,
      }),
      fill: PALETTE[colorAt(i)].stroke,
    }));
    const objects = [...head.objects, ...axes(frame, args), ...curves, ...legend];
    const height = head.height + HEIGHT + legend.length * 22 + 8;
    return placeBlock({ prefix: "graph", objects, width: WIDTH, height }, board);
  },
});

interface Frame {
  xMin: number;
  xMax: number;
  yMin: number;
  yMax: number;
  top: number;
}
type Point = readonly [number, number];

function sample(fn: (x: number) => number, xMin: number, xMax: number): Point[] {
  return Array.from({ length: SAMPLES + 1 }, (_, i) => {
    const x = xMin + ((xMax - xMin) * i) / SAMPLES;
    return [x, fn(x)] as const;
  });
}

/** What was asked for, else what the graphs need, without the far ends of poles. */
function yRange(
  { yMin, yMax }: { yMin: number | null; yMax: number | null },
  points: readonly Point[],
): [number, number] {
  const ys = points.map(([, y]) => y).filter((y) => Number.isFinite(y));
  ys.sort((a, b) => a - b);
  const low = yMin ?? ys[Math.floor(ys.length * 0.02)] ?? -10;
  const high = yMax ?? ys[Math.ceil(ys.length * 0.98) - 1] ?? 10;
  if (low < high) return [low, high];
  if (yMin !== null && yMax !== null) {
    throw appError("INVALID_INPUT", "yMin must be less than yMax.");
  }
  return [Math.min(low, high) - 1, Math.max(low, high) + 1];
}

function toPixels({ xMin, xMax, yMin, yMax, top }: Frame, [x, y]: Point): Point {
  const px = MARGIN + ((x - xMin) / (xMax - xMin)) * (WIDTH - 2 * MARGIN);
  const py = top + MARGIN + ((yMax - y) / (yMax - yMin)) * (HEIGHT - 2 * MARGIN);
  return [Math.round(px * 10) / 10, Math.round(py * 10) / 10];
}

/** The parts of a graph that lie inside the frame, as one path each colour. */
function curve(points: readonly Point[], frame: Frame, index: number): CanvasObject[] {
  let isDrawing = false;
  const commands: string[] = [];
  for (const point of points) {
    const isInside = point[1] >= frame.yMin && point[1] <= frame.yMax; // false for NaN
    if (isInside) commands.push(`${isDrawing ? "L" : "M"} ${toPixels(frame, point).join(" ")}`);
    isDrawing = isInside;
  }
  if (commands.length < 2) return [];
  const { stroke } = PALETTE[colorAt(index)];
  const path = {
    id: `curve-${index}`,
    kind: "path" as const,
    x: 0,
    y: 0,
    points: commands.join(" "),
  };
  return [{ ...path, fill: "none", stroke, strokeWidth: 2.5, metadata: { role: "curve" } }];
}

function axes(
  frame: Frame,
  { xLabel, yLabel }: { xLabel: string | null; yLabel: string | null },
): CanvasObject[] {
  const within = (value: number, low: number, high: number) => Math.max(low, Math.min(value, high));
  const [, axisY] = toPixels(frame, [frame.xMin, within(0, frame.yMin, frame.yMax)]);
  const [axisX] = toPixels(frame, [within(0, frame.xMin, frame.xMax), frame.yMin]);
  const { top } = frame;
  const names = { width: 3 * MARGIN, fontSize: 14 };
  return [
    connector({
      id: "x",
      kind: "arrow",
      from: [MARGIN / 2, axisY],
      to: [WIDTH - MARGIN / 2, axisY],
    }),
    connector({
      ...{ id: "y", kind: "arrow" },
      from: [axisX, top + HEIGHT - MARGIN / 2],
      to: [axisX, top + MARGIN / 2],
    }),
    ...ticks(frame, axisX, axisY),
    caption({
      id: "x-name",
      x: WIDTH - 3 * MARGIN,
      y: axisY + 22,
      ...names,
      text: xLabel ?? "x",
      textAnchor: "end",
    }),
    caption({
      id: "y-name",
      x: Math.min(axisX + 10, WIDTH - 3 * MARGIN),
      y: top,
      ...names,
      text: yLabel ?? "y",
    }),
  ];
}

function ticks(frame: Frame, axisX: number, axisY: number): CanvasObject[] {
  const steps = Array.from({ length: TICKS + 1 }, (_, i) => i / TICKS);
  return steps.flatMap((step, i) => {
    const x = frame.xMin + (frame.xMax - frame.xMin) * step;
    const y = frame.yMin + (frame.yMax - frame.yMin) * step;
    const [px] = toPixels(frame, [x, frame.yMin]);
    const [, py] = toPixels(frame, [frame.xMin, y]);
    const number = { width: MARGIN, fontSize: FONT };
    const besideX = Math.max(0, axisX - MARGIN - 6);
    return [
      connector({ id: `x-tick-${i}`, kind: "line", from: [px, axisY - 4], to: [px, axisY + 4] }),
      connector({ id: `y-tick-${i}`, kind: "line", from: [axisX - 4, py], to: [axisX + 4, py] }),
      caption({
        id: `x-${i}`,
        x: px - MARGIN / 2,
        y: axisY + 5,
        ...number,
        text: short(x),
        textAnchor: "middle",
      }),
      caption({
        id: `y-${i}`,
        x: besideX,
        y: py - FONT / 2,
        ...number,
        text: short(y),
        textAnchor: "end",
      }),
    ];
  });
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
