/**
 * Objects that a hand is moving or resizing: shown at once, and told to the others as often as they need
 * to see it. Every write puts whole objects into the document, so what is large is written only when the
 * hand lets go; else a class that moves a drawing would flood the board (rule BO7). Pure.
 */
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import type { GestureBoard } from "./gesture.ts";

const LIVE_MS = 60; // 16 steps a second look like movement
const MAX_LIVE_CHARS = 8_000; // of all the objects as JSON, at each step

export interface LiveChange {
  /** `at`: ms, of whatever clock the gesture has. */
  show: (objects: readonly CanvasObject[], at: number) => void;
  end: () => void;
  /** Leaves the objects as they were before. */
  cancel: () => void;
}

export function liveChange(board: GestureBoard, before: readonly CanvasObject[]): LiveChange {
  const isSmall = JSON.stringify(before).length <= MAX_LIVE_CHARS;
  let shown: readonly CanvasObject[] = [];
  let wroteAt = -Infinity;
  const write = (objects: readonly CanvasObject[]) => {
    board.write(objects.map((object) => [object.id, object]));
  };
  return {
    show(objects, at) {
      shown = objects;
      board.setDraft({ kind: "objects", objects });
      if (!isSmall || at - wroteAt < LIVE_MS) return;
      wroteAt = at;
      write(objects);
    },
    end() {
      if (shown.length > 0) write(shown);
      board.setDraft(undefined);
    },
    cancel() {
      if (wroteAt !== -Infinity) write(before);
      board.setDraft(undefined);
    },
  };
}
