import { expect, it } from "vitest";
import type { CanvasObject } from "../../../../convex/contract/boardOps.ts";
import type { Draft, GestureBoard } from "./gesture.ts";
import { extentOf } from "../../../../convex/contract/board/objectExtent.ts";
import { createPenKeys, type PenDesk } from "./penKeys.ts";

/** A board of which 400 by 300 are seen, and what a pen does to it. */
function createDesk() {
  const written: CanvasObject[] = [];
  const said: string[] = [];
  let draft: Draft | undefined;
  const board = {
    viewport: { x: 0, y: 0, zoom: 1 },
    ink: { colour: "#112233", size: 4 },
    signed: (object: object) => ({ id: `o${written.length}`, ...object }),
    beginGesture: () => undefined,
    write: ([[, object]]: [[string, CanvasObject]]) => void written.push(object),
    setDraft: (next: Draft | undefined) => void (draft = next),
  };
  const desk: PenDesk = {
    board: board as unknown as GestureBoard,
    view: { size: { width: 400, height: 300 }, reveal: () => undefined },
    say: (words) => void said.push(words),
  };
  const shown = () => (draft?.kind === "objects" ? "ring" : draft?.kind);
  return { desk, written, said, shown };
}

it("[BO31] keys move the pen, and draw from where it is set down to where it is lifted", () => {
  const { desk, written, said, shown } = createDesk();
  const pen = createPenKeys();
  pen.move(desk, 40, 0);
  expect(shown()).toBe("ring");
  pen.press(desk);
  for (let step = 0; step < 10; step++) pen.move(desk, 8, step % 2 ? 8 : 0);
  expect(shown()).toBe("stroke");
  pen.press(desk);
  expect(shown()).toBe("ring");
  expect(said).toEqual(["Pen down", "Pen up, stroke drawn"]);
  expect(written).toHaveLength(1);
  const { x, y, width, height } = extentOf(written[0]!);
  expect([x, y].map((edge) => Math.round(edge / 10))).toEqual([24, 15]); // the middle, and 40 to the right
  expect(width).toBeGreaterThan(75);
  expect(height).toBeGreaterThan(35);
});

it("[BO31] a stroke is given up without a trace, and drawn when the pen is put away", () => {
  const { desk, written, shown } = createDesk();
  const pen = createPenKeys();
  expect(pen.giveUp(desk)).toBe(false);
  pen.press(desk);
  pen.move(desk, 64, 0);
  expect(pen.giveUp(desk)).toBe(true);
  expect(pen.giveUp(desk)).toBe(false);
  expect(written).toEqual([]);
  pen.press(desk);
  pen.move(desk, 64, 0);
  pen.leave(desk);
  expect(written).toHaveLength(1);
  expect(shown()).toBeUndefined();
});
