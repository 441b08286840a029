import { expect, it } from "vitest";
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import { BoardScene } from "./boardScene.ts";
import type { GestureBoard } from "./gesture.ts";
import { selectionActions } from "./selectionActions.ts";

/** Three objects, one over the other; "t" is the tutor's. */
function setup(...selected: string[]) {
  const scene = BoardScene.of(
    ["a", "b", "t"].map((id, i): CanvasObject => {
      const source = id === "t" ? { source: "assistant" as const } : {};
      return { id, kind: "rect", x: 0, y: 0, metadata: { drawnAt: 10 + i, ...source } };
    }),
  );
  let locked = 0;
  const board = {
    scene,
    selection: new Set(selected),
    mayEdit: (object: CanvasObject) => object.id !== "t",
    canAnswer: () => false,
    write: (changes: Parameters<BoardScene["apply"]>[0]) => scene.apply(changes),
    beginGesture: () => undefined,
    sayLocked: () => locked++,
  } as unknown as GestureBoard;
  const actions = selectionActions(board, () => undefined);
  return {
    actions,
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
