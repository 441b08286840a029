import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  BOARD_WIDTH,
  boardOp,
  boxOf,
  MAX_BOARD_DEPTH,
  overlaps,
  type BoardOp,
  type BoardView,
  type Box,
  type CanvasObject,
} from "../boardOps.ts";
import { appErrorDataOf } from "../errors.ts";
import { findTool, TOOLS, type ToolName } from "./registry.ts";

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

const call = fc.oneof(
  ...(Object.keys(drawing) as Drawing[]).map((name) =>
    fc.record({ name: fc.constant(name), args: drawing[name] as fc.Arbitrary<unknown> }),
  ),
);

const scattered = fc.array(
  fc.record({
    x: fc.integer({ min: -100, max: 1700 }),
    y: fc.integer({ min: -100, max: 3_000 }),
    width: fc.integer({ min: 0, max: 900 }),
    height: fc.integer({ min: 0, max: 700 }),
  }),
  { maxLength: 30 },
);

function boardOf(boxes: Box[]): Map<string, CanvasObject> {
  return new Map(boxes.map((box, i) => [`user-${i}`, { id: `user-${i}`, kind: "rect", ...box }]));
}

function applyTo(board: Map<string, CanvasObject>, ops: readonly BoardOp[]): void {
  for (const op of ops) if (op.type === "add") board.set(op.object.id, op.object);
}

const plan = (name: ToolName, args: unknown, board: BoardView): BoardOp[] => {
  const tool = findTool(name)!;
  return tool.plan(tool.args.parse(args), board);
};

describe("every tool that draws", () => {
  it("[TO1] [TO2] plans valid operations on the board, under new ids, beside what is there", () => {
    fc.assert(
      fc.property(scattered, fc.array(call, { minLength: 1, maxLength: 4 }), (boxes, calls) => {
        const objects = boardOf(boxes);
        for (const { name, args } of calls) {
          const ops = plan(name, args, { objects });
          const before = [...objects.values()].map((object) => boxOf(object));
          const ids = new Set<string>();
          for (const op of ops) {
            expect(boardOp.safeParse(op).success).toBe(true);
            if (op.type !== "add") throw new Error("a drawing only adds");
            expect(objects.has(op.object.id) || ids.has(op.object.id)).toBe(false);
            ids.add(op.object.id);
            const box = boxOf(op.object);
            expect(box.x).toBeGreaterThanOrEqual(0);
            expect(box.y).toBeGreaterThanOrEqual(0);
            expect(box.x + box.width).toBeLessThanOrEqual(BOARD_WIDTH);
            expect(box.y + box.height).toBeLessThanOrEqual(MAX_BOARD_DEPTH);
            for (const other of before) expect(overlaps(box, other)).toBe(false);
            expect(op.object.metadata?.source).toBe("assistant");
          }
          applyTo(objects, ops);
        }
      }),
    );
  });

  it("[TO2] finds a place among 5,000 objects", () => {
    const boxes = Array.from({ length: 5_000 }, (_, i) => {
      return { x: (i % 40) * 40, y: Math.floor(i / 40) * 40, width: 36, height: 36 };
    });
    const objects = boardOf(boxes);
    const [op] = plan("drawText", { text: "Here", size: null, at: null }, { objects });
    expect(op?.type === "add" && boxOf(op.object).y).toBeGreaterThanOrEqual(5_000);
  });
});

describe("tools that refer to what is there", () => {
  const board = {
    objects: boardOf([
      { x: 100, y: 100, width: 50, height: 50 },
      { x: 600, y: 300, width: 80, height: 40 },
    ]),
  };

  it("[TO3] join, highlight and clear only what exists", () => {
    const arrow = plan(
      "drawArrow",
      { fromObjectId: "user-0", toObjectId: "user-1", label: "leads to" },
      board,
    );
    expect(arrow).toHaveLength(2);
    const [mark] = plan("highlightObject", { objectId: "user-0", color: null }, board);
    expect(mark?.type).toBe("mark");
    for (const [name, args] of [
      ["drawArrow", { fromObjectId: "user-0", toObjectId: "nothing", label: null }],
      ["highlightObject", { objectId: "nothing", color: null }],
    ] as const) {
      expect(() => plan(name, args, board)).toThrow(
        expect.objectContaining({ data: expect.objectContaining({ code: "INVALID_INPUT" }) }),
      );
    }
  });

  it("[TO3] clearing takes the tutor's objects and leaves people's", () => {
    const objects = boardOf([{ x: 0, y: 0, width: 10, height: 10 }]);
    applyTo(
      objects,
      plan(
        "drawCard",
        { title: "Osmosis", body: "Water moves.", source: null, color: null },
        { objects },
      ),
    );
    const cleared = plan("clearTutorObjects", {}, { objects });
    expect(cleared.length).toBe(objects.size - 1);
    expect(cleared).not.toContainEqual({ type: "delete", objectId: "user-0" });
  });

  it("[TO2] covers something only where it is told to", () => {
    const ops = plan("drawText", { text: "note", size: "note", at: { x: 110, y: 110 } }, board);
    expect(ops[0]).toMatchObject({ type: "add", object: { x: 110, y: 110 } });
  });
});

describe("formulas", () => {
  const value = (formula: string, x: number) => {
    const functions = [{ formula, label: null }];
    const axis = {
      title: null,
      xMin: x,
      xMax: x + 1,
      yMin: null,
      yMax: null,
      xLabel: null,
      yLabel: null,
    };
    return plan("drawAxis", { ...axis, functions }, { objects: new Map() });
  };

  it("[TO4] that cannot be read are refused with a reason", () => {
    for (const formula of ["2 +", "x; alert(1)", "foo(x)", "(x", "constructor", "(".repeat(99)]) {
      let thrown: unknown;
      try {
        value(formula, 0);
      } catch (error) {
        thrown = error;
      }
      expect(appErrorDataOf(thrown)?.code).toBe("INVALID_INPUT");
    }
  });
});

it("[TO1] every tool's arguments are a JSON schema in which all fields are required", () => {
  for (const tool of Object.values(TOOLS)) {
    const schema = z.toJSONSchema(tool.args) as { properties?: object; required?: string[] };
    expect(schema.required ?? []).toEqual(Object.keys(schema.properties ?? {}));
  }
});
