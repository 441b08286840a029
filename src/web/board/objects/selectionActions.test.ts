import { beforeEach, expect, it } from "vitest";
import type { CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { BoardScene } from "../link/boardScene.ts";
import type { GestureBoard } from "../hands/gesture.ts";
import { selectionActions } from "./selectionActions.ts";

let canWrite = true;
beforeEach(() => {
  canWrite = true;
});

/** Three objects, one over the other; "t" is the tutor's. */
function setup(...selected: string[]) {
  const scene = BoardScene.of(
    ["a", "b", "t"].map((id, i): CanvasObject => {
      const source = id === "t" ? { source: "assistant" as const } : {};
      return { id, kind: "rect", x: 0, y: 0, metadata: { drawnAt: 10 + i, ...source } };
    }),
  );
  let [locked, steps] = [0, 0];
  const board = {
    scene,
    selection: new Set(selected),
    mayEdit: (object: CanvasObject) => canWrite && object.id !== "t",
    canAnswer: () => false,
    signed: (object: CanvasObject) => ({ ...object, id: `${object.id}2` }),
    write: (changes: Parameters<BoardScene["apply"]>[0]) => scene.apply(changes),
    setSelection: () => undefined,
    beginGesture: () => steps++,
    sayLocked: () => locked++,
  } as unknown as GestureBoard;
  const said: string[] = [];
  const actions = selectionActions(board, (words) => said.push(words));
  return {
    actions,
    said,
    steps: () => steps,
    object: (id: string) => scene.get(id),
    order: () =>
      scene
        .list()
        .map(({ id }) => id)
        .join(""),
    locked: () => locked,
  };
}

it("[BO16] what is selected is brought over all others, or under them, in the order it had", () => {
  const front = setup("b", "a");
  front.actions.bringTo("front");
  expect(front.order()).toBe("tab");
  const back = setup("b");
  back.actions.bringTo("back");
  expect(back.order()).toBe("bat");
});

it("[BO16] what may not be edited keeps its place, and that is said", () => {
  const { actions, order, locked } = setup("t");
  actions.bringTo("back");
  expect([order(), locked()]).toEqual(["abt", 1]);
});

it("[WD16] keys resize the selection from its left top corner, by its sides and as a whole", () => {
  const { actions, object, said } = setup("a");
  actions.resize(30, -10, false);
  expect(object("a")).toMatchObject({ x: 0, y: 0, width: 80, height: 40 });
  const larger = setup("b");
  larger.actions.scale(1.1, false);
  expect(larger.object("b")).toMatchObject({ x: 0, y: 0, width: 55, height: 55 });
  expect([...said, ...larger.said]).toEqual(["80 by 40", "55 by 55"]);
  larger.actions.scale(1e-3, false);
  expect(larger.object("b")).toMatchObject({ width: 55 });
});

it("[WD13] a key that is held is one step of undo", () => {
  const { actions, steps } = setup("a");
  actions.nudge(8, 0, false);
  for (let i = 0; i < 5; i++) actions.nudge(8, 0, true);
  expect(steps()).toBe(1);
  actions.turn(15, false);
  expect(steps()).toBe(2);
});

it("[BO29] who may only look copies nothing either", () => {
  canWrite = false;
  const { actions, order, locked, steps, said } = setup("a", "t");
  actions.duplicate();
  actions.group();
  expect([order(), steps(), said]).toEqual(["abt", 0, []]);
  expect(locked()).toBe(2);
});

it("[BO29] what may not be changed may be copied, and the copy is one's own", () => {
  const { actions, object } = setup("t");
  actions.duplicate();
  expect(object("t2")).toMatchObject({ x: 24, y: 24 });
});
