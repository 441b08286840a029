/** Runs the board's keyboard commands while the board has the focus. */
import { useState, type KeyboardEvent } from "react";
import { boardCommand, type BoardCommand, type Tool } from "./boardKeys.ts";
import type { ShapeKind } from "./drawGestures.ts";
import { createPenKeys, type PenDesk, type PenKeys } from "./penKeys.ts";
import type { BoardActions } from "../useBoardActions.ts";
import type { ViewportControl } from "../layers/useViewport.ts";
import { panBy } from "../layers/viewport.ts";

interface BoardKeysDeps {
  tool: Tool;
  actions: BoardActions;
  view: ViewportControl;
  /** Ends a polygon under way; false when there is none. */
  endPolygon: (how: "close" | "forget") => boolean;
  /** Shows the keys. */
  onHelp: () => void;
}

/** What the board's element is given. */
export function useBoardKeys({ tool, actions, view, endPolygon, onHelp }: BoardKeysDeps) {
  const [pen] = useState(createPenKeys);
  const desk = { board: actions.gestureBoard, view, say: actions.say };
  const leave = () => pen.leave(desk);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return; // typing into a text on the board
    const command = boardCommand(event);
    if (!command) return;
    event.preventDefault();
    if (tool === "pen" && movePen(pen, desk, command)) return;
    if (command.kind !== "zoom") leave();
    if (command.kind === "edit" && endPolygon("close")) return;
    if (command.kind === "clear" || command.kind === "tool") endPolygon("forget");
    if (command.kind === "help") onHelp();
    else runCommand(command, event.repeat, { tool, actions, view });
  };
  return { onKeyDown, onBlur: leave, onPointerDownCapture: leave };
}

/** False when the command is none of the pen's. */
function movePen(pen: PenKeys, desk: PenDesk, command: BoardCommand): boolean {
  if (command.kind === "clear") return pen.giveUp(desk);
  if (command.kind === "nudge") pen.move(desk, command.dx, command.dy);
  else if (command.kind === "edit") pen.press(desk);
  else return false;
  return true;
}

/** `isHeld`: the key goes on from before. */
function runCommand(
  command: Exclude<BoardCommand, { kind: "help" }>,
  isHeld: boolean,
  { tool, actions, view }: Pick<BoardKeysDeps, "tool" | "actions" | "view">,
): void {
  switch (command.kind) {
    case "tool":
      actions.chooseTool(command.tool);
      return;
    case "nudge":
      if (actions.hasSelection) actions.nudge(command.dx, command.dy, isHeld);
      else view.change((viewport) => panBy(viewport, -4 * command.dx, -4 * command.dy));
      return;
    case "resize":
      actions.resize(command.dx, command.dy, isHeld);
      return;
    case "scale":
      actions.scale(command.factor, isHeld);
      return;
    case "zoom":
      view.zoom(command.factor);
      return;
    case "next":
      actions.selectNext(command.step, command.adds);
      return;
    case "order":
      actions.bringTo(command.to);
      return;
    case "turn":
      actions.turn(command.degrees, isHeld);
      return;
    case "edit":
      placeOrEdit(tool, actions);
      return;
    default:
      PLAIN[command.kind](actions);
  }
}

/** The commands that say nothing but their name. */
const PLAIN = {
  undo: (actions) => actions.undo(),
  redo: (actions) => actions.redo(),
  delete: (actions) => actions.remove(),
  duplicate: (actions) => actions.duplicate(),
  group: (actions) => actions.group(),
  ungroup: (actions) => actions.ungroup(),
  selectAll: (actions) => actions.selectAll(),
  fit: (actions) => actions.fitAll(),
  clear: ({ gestureBoard }) => {
    gestureBoard.setSelection(new Set());
    gestureBoard.setTool("select");
  },
} as const satisfies Partial<Record<BoardCommand["kind"], (actions: BoardActions) => void>>;

/** What the tool does with a click it does where the selection is, or in the middle of the view. */
function placeOrEdit(tool: Tool, actions: BoardActions): void {
  if (isShape(tool)) actions.place(tool);
  else if (tool === "text" || tool === "formula" || tool === "question") actions.placeWords(tool);
  else if (tool === "pointer") actions.point();
  else if (tool === "marker") actions.highlight();
  else if (tool === "eraser") actions.remove();
  else if (actions.canAnswer) actions.answer();
  else actions.editWords();
}

function isShape(tool: Tool): tool is ShapeKind {
  return ["rect", "ellipse", "arrow", "line", "polygon"].includes(tool);
}
