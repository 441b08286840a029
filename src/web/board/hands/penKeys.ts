/**
 * The pen without a mouse: a key sets it down where it is and lifts it again, others move it, and what it
 * passes while it is down becomes a stroke like any hand's (rule BO31). A ring shows where it is.
 */
import { penGesture } from "./drawGestures.ts";
import type { Gesture, GestureBoard, GesturePoint } from "./gesture.ts";
import { seenBox } from "../layers/layerWindow.ts";
import { middleOf } from "../objects/turnObject.ts";
import type { ViewportControl } from "../layers/useViewport.ts";
import { toScreen, type Point } from "../layers/viewport.ts";

const RING_RADIUS = 7; // screen pixels
const EVEN_PRESSURE = 0.5;

/** What the pen draws on, and how it is told of for screen readers. */
export interface PenDesk {
  board: GestureBoard;
  view: Pick<ViewportControl, "size" | "reveal">;
  say: (words: string) => void;
}

export interface PenKeys {
  /** Sets it down or lifts it. */
  press: (desk: PenDesk) => void;
  /** By screen pixels, so that it can be aimed at any zoom; what is seen follows. */
  move: (desk: PenDesk, dx: number, dy: number) => void;
  /** Gives up the stroke that is being drawn; false when there is none. */
  giveUp: (desk: PenDesk) => boolean;
  /** Lifts it and puts it away. */
  leave: (desk: PenDesk) => void;
}

export function createPenKeys(): PenKeys {
  let at: Point | undefined; // undefined: it is put away
  let stroke: Gesture | undefined;

  /** Where it was, if that is seen; else in the middle of the view. */
  function take({ board, view }: PenDesk): Point {
    const seen = seenBox(board.viewport, view.size);
    return at && (stroke || isWithin(at, seen)) ? at : middleOf(seen);
  }

  function lift(desk: PenDesk, how: "end" | "cancel", words: string): boolean {
    if (!stroke) return false;
    stroke[how]();
    stroke = undefined;
    desk.say(words);
    return true;
  }

  return {
    press(desk) {
      at = take(desk);
      if (lift(desk, "end", "Pen up, stroke drawn")) showRing(desk, at);
      else {
        stroke = penGesture(desk.board, pointAt(desk, at));
        desk.say("Pen down");
      }
    },
    move(desk, dx, dy) {
      const from = take(desk);
      const { zoom } = desk.board.viewport;
      at = { x: from.x + dx / zoom, y: from.y + dy / zoom };
      desk.view.reveal(ringAround(desk, at));
      if (stroke) stroke.move(pointAt(desk, at));
      else showRing(desk, at);
    },
    giveUp(desk) {
      if (!at || !lift(desk, "cancel", "Stroke given up")) return false;
      showRing(desk, at);
      return true;
    },
    leave(desk) {
      if (!at) return;
      at = undefined;
      if (!lift(desk, "end", "Pen up, stroke drawn")) desk.board.setDraft(undefined);
    },
  };
}

function isWithin({ x, y }: Point, box: ReturnType<typeof seenBox>): boolean {
  return x >= box.x && y >= box.y && x <= box.x + box.width && y <= box.y + box.height;
}

function pointAt({ board }: PenDesk, at: Point): GesturePoint {
  const point = { ...at, pressure: EVEN_PRESSURE };
  return { board: point, screen: toScreen(board.viewport, at), isShift: false, at: 0 };
}

function ringAround({ board }: PenDesk, { x, y }: Point) {
  const radius = RING_RADIUS / board.viewport.zoom;
  return { x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius };
}

function showRing(desk: PenDesk, at: Point): void {
  const { board } = desk;
  const look = { stroke: board.ink.colour, strokeWidth: 2 / board.viewport.zoom };
  const ring = { ...ringAround(desk, at), ...look, fill: "transparent" };
  board.setDraft({ kind: "objects", objects: [{ id: "pen", kind: "ellipse", ...ring }] });
}
