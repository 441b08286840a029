/** Runs the board's keyboard commands while the board has the focus. */
import type { KeyboardEvent } from "react";
import { boardCommand, type BoardCommand, type Tool } from "./boardKeys.ts";
import type { ShapeKind } from "./drawGestures.ts";
import type { BoardActions } from "./useBoardActions.ts";
import type { ViewportControl } from "./useViewport.ts";
import { panBy } from "./viewport.ts";

interface BoardKeysDeps {
  tool: Tool;
  actions: BoardActions;
  view: ViewportControl;
  /** Ends a polygon under way; false when there is none. */
  endPolygon: (how: "close" | "forget") => boolean;
  /** Shows the keys. */
  onHelp: () => void;
}

export function useBoardKeys({ tool, actions, view, endPolygon, onHelp }: BoardKeysDeps) {
  return (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return; // typing into a text on the board
    const command = boardCommand(event);
    if (!command) return;
    event.preventDefault();
    if (command.kind === "edit" && endPolygon("close")) return;
    if (command.kind === "clear" || command.kind === "tool") endPolygon("forget");
    if (command.kind === "help") onHelp();
    else runCommand(command, tool, actions, view);
  };
}

function runCommand(
  command: Exclude<BoardCommand, { kind: "help" }>,
  tool: Tool,
  actions: BoardActions,
  view: ViewportControl,
): void {
  switch (command.kind) {
    case "tool":
      actions.gestureBoard.setTool(command.tool);
      return;
    case "nudge":
      if (actions.hasSelection) actions.nudge(command.dx, command.dy);
      else view.change((viewport) => panBy(viewport, -4 * command.dx, -4 * command.dy));
      return;
    case "zoom":
      view.zoom(command.factor);
      return;
    case "next":
      actions.selectNext(command.step);
      return;
    case "order":
      actions.bringTo(command.to);
      return;
    case "turn":
      actions.turn(command.degrees);
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

function placeOrEdit(tool: Tool, actions: BoardActions): void {
  if (isShape(tool)) actions.place(tool);
  else if (tool === "text" || tool === "formula" || tool === "question") actions.placeWords(tool);
  else if (actions.canAnswer) actions.answer();
  else actions.editWords();
}

function isShape(tool: Tool): tool is ShapeKind {
  return ["rect", "ellipse", "arrow", "line", "polygon"].includes(tool);
}
