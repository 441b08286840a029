/**
 * The keyboard's way to draw: what a click of the tool would put under the mouse goes where the selection is, or
 * to a free place in the view (rule BO28).
 */
import { grown } from "../../../../convex/contract/board/objectExtent.ts";
import {
  beginTextAt,
  placeObject,
  usualShape,
  USUAL_SIZE,
  type ShapeKind,
} from "./drawGestures.ts";
import { freePlace } from "./freePlace.ts";
import type { GestureBoard } from "./gesture.ts";
import { seenBox } from "../layers/layerWindow.ts";
import { beginFormulaAt, PING_LIFETIME_MS, pinQuestion } from "./markGestures.ts";
import { frameAngle, selectionBox } from "./selectGestures.ts";
import { middleOf } from "../objects/turnObject.ts";
import type { ViewportControl } from "../layers/useViewport.ts";
import type { Point, Size } from "../layers/viewport.ts";

const TEXT_ROOM: Size = { width: 200, height: 40 }; // board pixels, for what is not written yet
const FORMULA_ROOM: Size = { width: 160, height: 80 };
const TAG_ROOM: Size = { width: 160, height: 40 };
const HIGHLIGHT_MARGIN = 4;
/** Of the view's sides; the tools lie over its edges. */
const MIDDLE_SHARE = 0.7;

/** `say`: for screen readers. */
export function keyboardDrawing(
  board: GestureBoard,
  view: Pick<ViewportControl, "size">,
  say: (words: string) => void,
) {
  const chosen = board.scene.pick(board.selection);
  const frame = selectionBox(chosen);
  const middle = () => middleOf(seenBox(board.viewport, view.size));
  const freeMiddle = (size: Size): Point => {
    const { width, height } = seenBox(board.viewport, view.size);
    const inner = { width: MIDDLE_SHARE * width, height: MIDDLE_SHARE * height };
    return freePlace(size, middle(), board.scene, inner);
  };
  const freeCorner = (size: Size): Point => {
    const { x, y } = freeMiddle(size);
    return { x: x - size.width / 2, y: y - size.height / 2 };
  };
  return {
    /** The middle of the view, in board pixels. */
    middle,
    /** A shape of the usual size. */
    place: (kind: ShapeKind) => {
      placeObject(board, board.signed(usualShape(kind, freeMiddle(USUAL_SIZE), board)));
      say("Placed in the view and selected");
    },
    /** A question is pinned to what is selected. */
    placeWords: (tool: "text" | "formula" | "question") => {
      if (tool === "text") beginTextAt(board, freeCorner(TEXT_ROOM));
      else if (tool === "formula") beginFormulaAt(board, freeCorner(FORMULA_ROOM));
      else if (!frame) pinQuestion(board, freeCorner(TAG_ROOM), undefined);
      else pinQuestion(board, { x: frame.x + frame.width, y: frame.y }, chosen[0]);
    },
    /** Shows everybody what is selected, or the middle of this person's view. */
    point: () => {
      board.ping(frame ? middleOf(frame) : middle(), PING_LIFETIME_MS);
      say(frame ? "Pointing at what is selected" : "Pointing at the middle of the view");
    },
    highlight: () => {
      if (!frame) {
        say("Select what to highlight");
        return;
      }
      const angle = frameAngle(chosen);
      const box = { ...grown(frame, HIGHLIGHT_MARGIN), ...(angle === 0 ? {} : { angle }) };
      placeObject(board, board.signed({ kind: "highlight_stroke", ...box }));
      say("Highlighted");
    },
  };
}
