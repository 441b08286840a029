/**
 * Random life on a board: people draw, move and delete, the tutor draws with every tool that looks for room
 * itself. `playBoard` plays it and tells what the tutor drew over, judged by comparing all with all.
 */
import fc from "fast-check";

import {
  BOARD_WIDTH,
  boardOp,
  CANVAS_KINDS,
  MAX_BOARD_DEPTH,
  overlaps,
  type BoardOp,
  type Box,
  type CanvasObject,
} from "../../convex/contract/boardOps.ts";
import { boxOf } from "../../convex/contract/board/objectBox.ts";
import { extentOf } from "../../convex/contract/board/objectExtent.ts";
import { findTool } from "../../convex/contract/tools/registry.ts";

const words = (maxLength: number) => fc.string({ minLength: 1, maxLength, unit: "grapheme" });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const color = maybe(fc.constantFrom("blue" as const, "green" as const, "gray" as const));
const side = maybe(fc.integer({ min: 20, max: 800 }));

/** Arguments of every tool that draws something new; `at` null, so nothing may be covered. */
const drawing = {
  drawText: fc.record({
    text: words(1_200),
    size: maybe(fc.constantFrom("heading" as const, "note" as const)),
    at: fc.constant(null),
  }),
  drawShape: fc.record({
    shape: fc.constantFrom(
      "rect" as const,
      "circle" as const,
      "ellipse" as const,
      "triangle" as const,
    ),
    label: maybe(words(200)),
    width: side,
    height: side,
    color,
    at: fc.constant(null),
  }),
  drawCard: fc.record({ title: words(120), body: words(800), source: maybe(words(120)), color }),
  drawConceptMap: fc.record({
    concept: words(80),
    branches: fc.array(
      fc.record({ label: words(80), relation: maybe(words(24)), note: maybe(words(160)) }),
      { minLength: 1, maxLength: 8 },
    ),
  }),
  drawTable: fc.record({
    title: maybe(words(120)),
    headers: fc.array(words(80), { minLength: 1, maxLength: 6 }),
    rows: fc.array(fc.array(words(300), { maxLength: 6 }), { minLength: 1, maxLength: 12 }),
  }),
  drawFlowchart: fc.record({
    title: maybe(words(120)),
    steps: fc.array(words(200), { minLength: 2, maxLength: 12 }),
  }),
  drawTimeline: fc.record({
    title: maybe(words(120)),
    events: fc.array(fc.record({ date: words(40), label: words(120) }), {
      minLength: 2,
      maxLength: 10,
    }),
  }),
  drawAxis: fc.record({
    title: maybe(words(60)),
    xMin: fc.integer({ min: -20, max: 0 }),
    xMax: fc.integer({ min: 1, max: 20 }),
    yMin: fc.constant(null),
    yMax: fc.constant(null),
    xLabel: maybe(words(30)),
    yLabel: maybe(words(30)),
    functions: fc.array(
      fc.record({
        formula: fc.constantFrom("x^2", "1/x", "sqrt(x)", "sin(x)/2"),
        label: maybe(words(60)),
      }),
      { maxLength: 4 },
    ),
  }),
  drawFormula: fc.record({ latex: words(600), caption: maybe(words(200)) }),
};
type Drawing = keyof typeof drawing;

/** A call of a drawing tool, with arguments that fit. */
const call = fc.oneof(
  ...(Object.keys(drawing) as Drawing[]).map((name) =>
    fc.record({ name: fc.constant(name), args: drawing[name] as fc.Arbitrary<unknown> }),
  ),
);

const coordinate = (max: number) => fc.integer({ min: -100, max });

/** What people draw: every kind, turned, thick, in percent, in groups. Ids are given when it is added. */
const flatObject: fc.Arbitrary<CanvasObject> = fc.record(
  {
    id: fc.constant("unnamed"),
    kind: fc.constantFrom(...CANVAS_KINDS.filter((kind) => kind !== "group")),
    x: coordinate(1_700),
    y: coordinate(3_000),
    width: maybe(fc.integer({ min: 0, max: 900 })),
    height: maybe(fc.integer({ min: 0, max: 700 })),
    xPct: maybe(fc.double({ min: 0, max: 1, noNaN: true })),
    widthPct: maybe(fc.double({ min: 0, max: 1, noNaN: true })),
    points: maybe(
      fc.oneof(
        fc.array(coordinate(400), { minLength: 4, maxLength: 12 }),
        fc.constant("M 0 0 L 300 20 L -40 200"),
      ),
    ),
    text: maybe(words(60)),
    fontSize: maybe(fc.integer({ min: 8, max: 80 })),
    angle: maybe(fc.integer({ min: -360, max: 360 })),
    strokeWidth: maybe(fc.integer({ min: 0, max: 120 })),
  },
  { requiredKeys: ["id", "kind", "x", "y"] },
);
const anyObject: fc.Arbitrary<CanvasObject> = fc.oneof(
  { weight: 6, arbitrary: flatObject },
  {
    weight: 1,
    arbitrary: fc.record({
      id: fc.constant("unnamed"),
      kind: fc.constant("group" as const),
      x: coordinate(1_700),
      y: coordinate(3_000),
      objects: fc
        .array(flatObject, { minLength: 1, maxLength: 4 })
        .map((members) => members.map((member, i) => ({ ...member, id: `member-${i}` }))),
    }),
  },
);

const boardStep = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant("draw" as const), call }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("people" as const),
      objects: fc.array(anyObject, { minLength: 1, maxLength: 12 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("move" as const),
      which: fc.nat(1_000),
      x: coordinate(1_700),
      y: coordinate(3_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("remove" as const), which: fc.nat(1_000) }),
  },
);
type BoardStep = typeof boardStep extends fc.Arbitrary<infer T> ? T : never;

/** One sequence of what happens on a board. */
export const boardLife = fc.array(boardStep, { minLength: 2, maxLength: 10 });

/** What is wrong with what the tutor drew, in words, and how many objects it drew. */
export function playBoard(steps: readonly BoardStep[]): { faults: string[]; drawn: number } {
  const objects = new Map<string, CanvasObject>();
  const faults: string[] = [];
  let [drawn, people] = [0, 0];
  for (const step of steps) {
    const chosen = "which" in step ? [...objects.values()][step.which % objects.size] : undefined;
    if (step.type === "draw") {
      const ops = planned(step.call.name, step.call.args, objects);
      faults.push(...faultsOf(ops, objects));
      for (const op of ops) if (op.type === "add") objects.set(op.object.id, op.object);
      drawn += ops.length;
    } else if (step.type === "people") {
      for (const object of step.objects) {
        const id = `person-${++people}`;
        objects.set(id, { ...object, id });
      }
    } else if (chosen !== undefined) {
      if (step.type === "remove") objects.delete(chosen.id);
      else objects.set(chosen.id, { ...chosen, xPct: null, x: step.x, y: step.y });
    }
  }
  return { faults, drawn };
}

function planned(name: string, args: unknown, objects: Map<string, CanvasObject>): BoardOp[] {
  const tool = findTool(name);
  if (tool === undefined) throw new Error(`no tool ${name}`);
  return tool.plan(tool.args.parse(args), { objects });
}

function faultsOf(ops: readonly BoardOp[], board: ReadonlyMap<string, CanvasObject>): string[] {
  const ids = new Set<string>();
  return ops.flatMap((op) => {
    if (!boardOp.safeParse(op).success) return ["an operation is invalid"];
    if (op.type !== "add") return [`a drawing does ${op.type}`];
    const { id, metadata } = op.object;
    const faults = board.has(id) || ids.has(id) ? [`${id} is not new`] : [];
    ids.add(id);
    if (!isOnBoard(boxOf(op.object))) faults.push(`${id} is not on the board`);
    if (metadata?.source !== "assistant") faults.push(`${id} is not the tutor's`);
    const extent = extentOf(op.object);
    for (const other of board.values()) {
      if (overlaps(extent, extentOf(other))) faults.push(`${id} lies on ${other.id}`);
    }
    return faults;
  });
}

function isOnBoard({ x, y, width, height }: Box): boolean {
  return x >= 0 && y >= 0 && x + width <= BOARD_WIDTH && y + height <= MAX_BOARD_DEPTH;
}
