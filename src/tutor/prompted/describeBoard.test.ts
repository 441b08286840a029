import { describe, expect, it } from "vitest";

import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import { TOOLS } from "../../../convex/contract/tools/registry.ts";
import { describeBoard } from "./describeBoard.ts";

const boardOf = (objects: CanvasObject[]) => ({
  objects: new Map(objects.map((object) => [object.id, object])),
});
const note = (i: number): CanvasObject => ({
  ...{ id: `note-${i}`, kind: "textbox", text: "x".repeat(500), x: 0, y: i * 100, width: 200 },
});

describe("what the model is told of the board", () => {
  it("[BV11] names a drawing as a whole, with its parts and what is written in them", () => {
    const ops = TOOLS.drawFlowchart.plan(
      { title: null, steps: ["Wash", "Peel"] },
      { objects: new Map() },
    );
    const board = boardOf(ops.flatMap((op) => (op.type === "add" ? [op.object] : [])));
    const text = describeBoard(board, []);
    expect(text.split("\n")).toHaveLength(2);
    expect(text).toContain('flow-1-step-0 "Wash"; flow-1-step-1 "Peel"');
    expect(text).toContain("5 objects, 5 of them yours");
    expect(describeBoard({ objects: new Map() }, [])).toBe("The board is empty.");
  });

  it("[BV11] stays short on a full board, tells what the student selected first, and counts the rest", () => {
    const board = boardOf(Array.from({ length: 5_000 }, (_, i) => note(i)));
    const text = describeBoard(board, ["note-4321"]);
    const lines = text.split("\n");
    expect(text.length).toBeLessThan(6_100);
    expect(lines[1]).toMatch(/^- note-4321: textbox "x+" at .*a student's SELECTED/);
    expect(lines.at(-1)).toBe(`… and ${5_000 - (lines.length - 2)} more`);
  });
});
