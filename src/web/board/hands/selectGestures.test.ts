import { expect, it } from "vitest";
import type { CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { BoardScene } from "../link/boardScene.ts";
import {
  closePolygon,
  eraseGesture,
  penGesture,
  polygonGesture,
  shapeGesture,
  type CornerList,
} from "./drawGestures.ts";
import type { Draft, GestureBoard, GesturePoint } from "./gesture.ts";
import { HANDLES } from "../objects/objectGeometry.ts";
import { resizeGesture, selectGesture, turnGesture } from "./selectGestures.ts";

const rect = (id: string, x: number, source?: "assistant"): CanvasObject => ({
  id,
  kind: "rect",
  x,
  y: 0,
  width: 50,
  height: 50,
  ...(source && { metadata: { source } }),
});

/** A board in memory on which what the tutor drew may not be edited. */
function setup(objects: CanvasObject[], selected: string[] = []) {
  const map = new Map(objects.map((object) => [object.id, object]));
  const seen = {
    selection: new Set<string>(selected),
    draft: undefined as Draft | undefined,
    locked: 0,
    gestures: 0,
    tool: "",
    edited: undefined as CanvasObject | undefined,
    pings: 0,
    answered: undefined as CanvasObject | undefined,
  };
  const board: GestureBoard = {
    scene: BoardScene.of(objects),
    selection: seen.selection,
    viewport: { x: 0, y: 0, zoom: 1 },
    ink: { colour: "#111111", size: 3 },
    mayEdit: (object) => object.metadata?.source !== "assistant",
    signed: (object) => ({ ...object, id: "new" }),
    write: (changes) => {
      for (const [id, object] of changes)
        if (object) map.set(id, object);
        else map.delete(id);
    },
    beginGesture: () => seen.gestures++,
    undo: () => undefined,
    setSelection: (ids) => (seen.selection = new Set(ids)),
    setDraft: (draft) => (seen.draft = draft),
    setTool: (tool) => (seen.tool = tool),
    pan: () => undefined,
    beginText: (object) => (seen.edited = object),
    ping: () => seen.pings++,
    sayLocked: () => seen.locked++,
    canAnswer: (object) => object.metadata?.role === "option_selector",
    answer: (object) => (seen.answered = object),
  };
  return { board, map, seen };
}

const at = (x: number, y: number, isShift = false): GesturePoint => ({
  board: { x, y, pressure: 0.5 },
  screen: { x, y },
  isShift,
  at: 0,
});

it("[WD12] a click selects, Shift adds and takes away, the empty board clears", () => {
  const { board, seen } = setup([rect("a", 0), rect("b", 100)], ["a"]);
  selectGesture(board, at(110, 10)).end();
  expect(seen.selection).toEqual(new Set(["b"]));
  selectGesture(board, at(110, 10, true)).end();
  expect(seen.selection).toEqual(new Set(["a", "b"]));
  selectGesture(board, at(10, 10, true)).end();
  expect(seen.selection).toEqual(new Set());
  selectGesture(board, at(500, 500)).end();
  expect(seen.selection).toEqual(new Set());
});

it("[WD13] dragging moves the selection as one step of undo, and a cancelled drag moves nothing", () => {
  const { board, map, seen } = setup([rect("a", 0), rect("b", 100)], ["a", "b"]);
  const drag = selectGesture(board, at(10, 10));
  drag.move(at(11, 10));
  expect(seen.gestures).toBe(0); // a shaking hand
  drag.move(at(30, 40));
  drag.move(at(60, 20));
  expect(seen.gestures).toBe(1);
  expect(seen.draft).toMatchObject({ kind: "moved", dx: 50, dy: 10 });
  drag.end();
  expect([map.get("a")?.x, map.get("a")?.y, map.get("b")?.x]).toEqual([50, 10, 150]);
  expect(seen.draft).toBeUndefined();
  drag.cancel();
  expect(map.get("a")?.x).toBe(0);
});

it("[WD14] what may not be edited stays, and that is said", () => {
  const { board, map, seen } = setup([rect("t", 0, "assistant")], ["t"]);
  const drag = selectGesture(board, at(10, 10));
  drag.move(at(90, 90));
  eraseGesture(board, at(10, 10)).end();
  const corner = HANDLES[2]!;
  resizeGesture(board, at(50, 50), corner).move(at(99, 99));
  expect(map.get("t")).toEqual(rect("t", 0, "assistant"));
  expect(seen.locked).toBe(3);
});

it("[WD15] a frame selects what it touches", () => {
  const { board, seen } = setup([rect("a", 0), rect("b", 100)]);
  const frame = selectGesture(board, at(90, 90));
  frame.move(at(120, 10));
  expect(seen.selection).toEqual(new Set(["b"]));
  expect(seen.draft?.kind).toBe("frame");
  frame.end();
  expect(seen.draft).toBeUndefined();
});

it("[WD16] a corner resizes the selection and keeps the other corner", () => {
  const { board, map } = setup([rect("a", 0)], ["a"]);
  const resize = resizeGesture(board, at(50, 50), HANDLES[2]!);
  resize.move(at(100, 80));
  resize.end();
  expect(map.get("a")).toMatchObject({ x: 0, y: 0, width: 100, height: 80 });
});

it("[WD17] a pen stroke is on the board only when it is finished", () => {
  const { board, map, seen } = setup([]);
  const pen = penGesture(board, at(0, 0));
  pen.move(at(30, 30));
  expect(map.size).toBe(0);
  pen.end();
  expect(map.get("new")?.kind).toBe("path");
  expect(seen.draft).toBeUndefined();
  penGesture(board, at(0, 0)).cancel();
  expect(map.size).toBe(1);
});

it("[WD18] a shape is as large as it was drawn, or of the usual size after a click", () => {
  const drawn = setup([]);
  const shape = shapeGesture(drawn.board, at(100, 100), "rect");
  shape.move(at(40, 160));
  shape.end();
  expect(drawn.map.get("new")).toMatchObject({ x: 40, y: 100, width: 60, height: 60 });
  expect(drawn.seen.tool).toBe("select");
  const clicked = setup([]);
  shapeGesture(clicked.board, at(200, 200), "ellipse").end();
  expect(clicked.map.get("new")).toMatchObject({ width: 180, height: 110 });
});

it("[WD12] a click takes a whole group, and once one of its members is selected, another member", () => {
  const member = (id: string, x: number) => ({ ...rect(id, x), groupId: "g" });
  const objects = [member("a", 0), member("b", 100), rect("c", 200)];
  const whole = setup(objects);
  selectGesture(whole.board, at(10, 10)).end();
  expect(whole.seen.selection).toEqual(new Set(["a", "b"]));
  const within = setup(objects, ["a"]);
  selectGesture(within.board, at(110, 10)).end();
  expect(within.seen.selection).toEqual(new Set(["b"]));
  const more = setup(objects, ["c"]);
  selectGesture(more.board, at(110, 10, true)).end();
  expect(more.seen.selection).toEqual(new Set(["a", "b", "c"]));
});

it("[BO7] a drag is told in steps, what is large only at its end, and both can be called off", () => {
  const small = setup([rect("a", 0)], ["a"]);
  const drag = selectGesture(small.board, at(10, 10));
  drag.move({ ...at(60, 10), at: 0 });
  drag.move({ ...at(70, 10), at: 30 });
  expect(small.map.get("a")?.x).toBe(50); // the second step came too soon
  drag.move({ ...at(80, 10), at: 60 });
  expect(small.map.get("a")?.x).toBe(70);
  drag.cancel();
  expect(small.map.get("a")?.x).toBe(0);
  const large = setup([{ ...rect("b", 0), text: "x".repeat(9_000) }], ["b"]);
  const slow = selectGesture(large.board, at(10, 10));
  slow.move(at(60, 10));
  expect(large.map.get("b")?.x).toBe(0);
  slow.end();
  expect(large.map.get("b")?.x).toBe(50);
});

it("[BO15] a click on a choice answers and selects nothing; a drag from there moves it", () => {
  const option = { ...rect("a", 0), metadata: { role: "option_selector" } };
  const clicked = setup([option]);
  selectGesture(clicked.board, at(10, 10)).end();
  expect(clicked.seen.answered?.id).toBe("a");
  expect(clicked.seen.selection).toEqual(new Set());
  const dragged = setup([option]);
  const drag = selectGesture(dragged.board, at(10, 10));
  drag.move(at(60, 10));
  drag.end();
  expect(dragged.seen.answered).toBeUndefined();
  expect(dragged.map.get("a")?.x).toBe(50);
});

it("[BO16] the handle turns the selection, with Shift in steps; a cancelled turn changes nothing", () => {
  const { board, map, seen } = setup([rect("a", 0)], ["a"]);
  const turn = turnGesture(board, at(25, -20));
  turn.move(at(100, 25)); // a quarter to the right of the middle
  turn.end();
  expect(map.get("a")).toMatchObject({ x: 0, y: 0, angle: 90 });
  expect(seen.gestures).toBe(1);
  const stepped = turnGesture(board, at(25, -20));
  stepped.move(at(34, -19, true));
  expect(seen.draft).toMatchObject({ objects: [{ angle: 15 }] });
  stepped.cancel();
  expect(map.get("a")).toMatchObject({ x: 0, y: 0 });
});

it("[BO16] what may not be edited is not turned, and that is said", () => {
  const { board, map, seen } = setup([rect("a", 0, "assistant")], ["a"]);
  const turn = turnGesture(board, at(25, -20));
  turn.move(at(100, 25));
  turn.end();
  expect(map.get("a")?.angle).toBeUndefined();
  expect(seen.locked).toBe(1);
});

it("[BO16] a turned object is resized along its own sides, and the held corner stays", () => {
  const { board, map } = setup([{ ...rect("a", 0), angle: 90 }], ["a"]);
  // turned by a quarter, its bottom right corner is at the bottom left
  const se = HANDLES.find(({ name }) => name === "se")!;
  const resize = resizeGesture(board, at(0, 50), se);
  resize.move(at(0, 90)); // downwards, which is along its width
  resize.end();
  const { x, y, width, height } = map.get("a") as Record<"x" | "y" | "width" | "height", number>;
  expect([width, height]).toEqual([90, 50]);
  // the top left corner, which now lies at the top right, is where it was
  const [cx, cy] = [x + width / 2, y + height / 2];
  expect([cx + height / 2, cy - width / 2]).toEqual([50, 0]);
});

it("[BO19] corners that are clicked make a polygon, closed by a click on the first one", () => {
  const { board, map, seen } = setup([]);
  const open: CornerList = { corners: [] };
  for (const [x, y] of [
    [0, 0],
    [100, 0],
    [100, 80],
    [3, 2],
  ] as const) {
    polygonGesture(board, at(x, y), open).end();
  }
  expect(map.get("new")).toMatchObject({
    kind: "polygon",
    points: [
      [0, 0],
      [100, 0],
      [100, 80],
    ],
  });
  expect(open.corners).toEqual([]);
  expect([seen.tool, seen.draft]).toEqual(["select", undefined]);
});

it("[BO19] two corners are a line, one is nothing; a double click is one corner", () => {
  const { board, map } = setup([]);
  closePolygon(board, { corners: [{ x: 1, y: 1 }] });
  expect(map.size).toBe(0);
  const corners = [0, 50, 51].map((x) => ({ x, y: 0 }));
  closePolygon(board, { corners });
  expect(map.get("new")).toMatchObject({ kind: "line" });
  expect(map.get("new")?.points).toHaveLength(2);
});

it("[BO19] a line is drawn from one end to the other", () => {
  const { board, map } = setup([]);
  const line = shapeGesture(board, at(10, 20), "line");
  line.move(at(110, 70));
  line.end();
  expect(map.get("new")).toMatchObject({ kind: "line", x: 10, y: 20, points: [0, 0, 100, 50] });
});
