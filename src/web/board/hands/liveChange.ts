/**
 * Objects that a hand is moving or resizing: shown at once, and told to the others as often as they need
 * to see it. Every write puts whole objects into the document, so what is large is written only when the
 * hand lets go; else a class that moves a drawing would flood the board (rule BO7). Pure.
 */
import type { CanvasObject } from "../../../../convex/contract/boardOps.ts";
import type { Draft, GestureBoard } from "./gesture.ts";

const LIVE_MS = 60; // 16 steps a second look like movement
const MAX_LIVE_CHARS = 8_000; // of all the objects as JSON, at each step

export interface LiveChange {
  /** `change`: from an object as it was before to what it is now. `at`: ms, of the gesture's clock. */
  show: (change: (before: CanvasObject) => CanvasObject, draft: Draft, at: number) => void;
  end: () => void;
  /** Leaves the objects as they were before. */
  cancel: () => void;
}

export function liveChange(board: GestureBoard, before: readonly CanvasObject[]): LiveChange {
  const isSmall = isSmallAsJson(before);
  let latest: ((before: CanvasObject) => CanvasObject) | undefined;
  let wroteAt = -Infinity;
  const write = (change: (before: CanvasObject) => CanvasObject) => {
    board.write(before.map((object) => [object.id, change(object)]));
  };
  return {
    show(change, draft, at) {
      latest = change;
      board.setDraft(draft);
      if (!isSmall || at - wroteAt < LIVE_MS) return;
      wroteAt = at;
      write(change);
    },
    end() {
      if (latest) write(latest);
      board.setDraft(undefined);
    },
    cancel() {
      if (wroteAt !== -Infinity) write((object) => object);
      board.setDraft(undefined);
    },
  };
}

function isSmallAsJson(objects: readonly CanvasObject[]): boolean {
  let chars = 0;
  return objects.every((object) => (chars += JSON.stringify(object).length) <= MAX_LIVE_CHARS);
}
