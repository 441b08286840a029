import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { BoardOp, BoardView, Box, CanvasObject } from "../boardOps.ts";
import { boxOf } from "../board/objectBox.ts";
import { appErrorDataOf } from "../errors.ts";
import { PALETTE } from "./palette.ts";
import { findTool, LOOKS, TOOLS, type ToolName } from "./registry.ts";

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

it.each([
  ["no text", "drawText", { size: null, at: null }],
  ["an empty text", "drawText", { text: "", size: null, at: null }],
  ["a text that is none", "drawText", { text: 7, size: null, at: null }],
  ["an unknown size", "drawText", { text: "a", size: -3, at: null }],
  [
    "an unknown colour",
    "drawShape",
    { shape: "rect", label: null, width: null, height: null, color: "ultraviolet", at: null },
  ],
] as const)("[TO4] %s is refused", (_, name, args) => {
  expect(findTool(name)!.args.safeParse(args).success).toBe(false);
});

it("[TO3] a highlight has the colour that was named, says what it is about, and for how long", () => {
  const objects = boardOf([{ x: 100, y: 100, width: 50, height: 50 }]);
  const [mark] = plan("highlightObject", { objectId: "user-0", color: "green" }, { objects });
  expect(mark).toMatchObject({
    ...{ type: "mark", lifetimeMs: 8_000 },
    object: { stroke: PALETTE.green.stroke, metadata: { linkedObjectId: "user-0" } },
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
  for (const tool of Object.values({ ...TOOLS, ...LOOKS })) {
    const schema = z.toJSONSchema(tool.args) as { properties?: object; required?: string[] };
    expect(schema.required ?? []).toEqual(Object.keys(schema.properties ?? {}));
  }
});
