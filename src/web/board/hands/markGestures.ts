/** The gestures that point at something: highlighter, pointer, question tag. And a new formula. */
import type { CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { simplify, type PenPoint } from "./freehand.ts";
import type { Gesture, GestureBoard, GesturePoint } from "./gesture.ts";
import type { NewObject } from "../objects/newObject.ts";
import { HIT_TOLERANCE, round } from "../objects/objectGeometry.ts";
import { PALETTE } from "../shapes/palette.ts";
import type { Point } from "../layers/viewport.ts";

const MARKER_WIDTHS = 5; // of the pen's
const TOLERANCE = 0.6; // board pixels that the thinned line may be off
const PING_MS = 100; // at most so often
export const PING_LIFETIME_MS = 3_000;
const TAG_RADIUS = 12;

/** A broad line that what it covers shines through; it stays until it is deleted. */
export function markerGesture(board: GestureBoard, from: GesturePoint): Gesture {
  let points: PenPoint[] = [from.board];
  const object = board.signed({ kind: "highlight_stroke" });
  const show = () => {
    board.setDraft({ kind: "objects", objects: [{ ...object, ...marker(points, board) }] });
  };
  show();
  return {
    move({ board: point }) {
      points = [...points, point];
      show();
    },
    end() {
      board.setDraft(undefined);
      board.beginGesture();
      board.write([[object.id, { ...object, ...marker(points, board) }]]);
    },
    cancel: () => board.setDraft(undefined),
  };
}

function marker(points: readonly PenPoint[], { ink }: GestureBoard): NewObject {
  const [x, y] = [
    round(Math.min(...points.map((p) => p.x))),
    round(Math.min(...points.map((p) => p.y))),
  ];
  const thin = simplify(points, TOLERANCE);
  const line = [...thin, ...(thin.length === 1 ? thin : [])]; // a dot is a line without a way
  const path = `M ${line.map((p) => `${round(p.x - x)} ${round(p.y - y)}`).join(" L ")}`;
  // ink over words hides them: whoever chose no colour gets the marker's own
  const stroke = ink.colour === PALETTE[0].value ? {} : { stroke: ink.colour };
  const strokeWidth = Math.max(10, ink.size * MARKER_WIDTHS);
  return { kind: "highlight_stroke", x, y, points: path, strokeWidth, ...stroke };
}

/** Shows everybody where one points, for a moment. */
export function pointerGesture(board: GestureBoard, from: GesturePoint): Gesture {
  let shownAt = -Infinity;
  const show = ({ board: at, at: now }: GesturePoint) => {
    if (now - shownAt < PING_MS) return;
    shownAt = now;
    board.ping(at, PING_LIFETIME_MS);
  };
  show(from);
  return { move: show, end: () => undefined, cancel: () => undefined };
}

/** Pins a question to what is there, and asks for its words. */
export function questionGesture(board: GestureBoard, from: GesturePoint): Gesture {
  return {
    move: () => undefined,
    end() {
      const hit = board.scene.topAt(from.board, HIT_TOLERANCE / board.viewport.zoom);
      pinQuestion(board, from.board, hit);
    },
    cancel: () => undefined,
  };
}

export function pinQuestion(board: GestureBoard, at: Point, on: CanvasObject | undefined): void {
  const tag = board.signed({
    kind: "question_tag",
    x: round(at.x - TAG_RADIUS),
    y: round(at.y - TAG_RADIUS),
    radius: TAG_RADIUS,
    metadata: { role: "question_tag", linkedObjectId: on?.id ?? null },
  });
  board.beginGesture();
  board.write([[tag.id, tag]]);
  board.beginText(tag);
}

export function formulaGesture(board: GestureBoard, from: GesturePoint): Gesture {
  return {
    move: () => undefined,
    end: () => beginFormulaAt(board, from.board),
    cancel: () => undefined,
  };
}

export function beginFormulaAt(board: GestureBoard, at: Point): void {
  const place = { x: round(at.x), y: round(at.y - 20), fill: board.ink.colour };
  board.beginText(board.signed({ kind: "latex_svg", ...place }));
}
