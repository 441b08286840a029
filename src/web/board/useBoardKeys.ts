/** Runs the board's keyboard commands while the board has the focus. */
import type { KeyboardEvent } from "react";
import { boardCommand, type BoardCommand, type Tool } from "./boardKeys.ts";
import type { BoardActions } from "./useBoardActions.ts";
import type { ViewportControl } from "./useViewport.ts";
import { panBy } from "./viewport.ts";

interface BoardKeysDeps {
  tool: Tool;
  actions: BoardActions;
  view: ViewportControl;
}

export function useBoardKeys({ tool, actions, view }: BoardKeysDeps) {
  return (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return; // typing into a text on the board
    const command = boardCommand(event);
    if (!command) return;
    event.preventDefault();
    runCommand(command, tool, actions, view);
  };
}

function runCommand(
  command: BoardCommand,
  tool: Tool,
  actions: BoardActions,
  view: ViewportControl,
): void {
  const board = actions.gestureBoard;
  switch (command.kind) {
    case "tool":
      return board.setTool(command.tool);
    case "nudge":
      if (actions.hasSelection) return actions.nudge(command.dx, command.dy);
      return view.change((viewport) => panBy(viewport, -4 * command.dx, -4 * command.dy));
    case "zoom":
      return view.zoom(command.factor);
    case "next":
      return actions.selectNext(command.step);
    case "edit":
      return placeOrEdit(tool, actions);
    case "clear":
      board.setSelection(new Set());
      return board.setTool("select");
    case "undo":
      return actions.undo();
    case "redo":
      return actions.redo();
    case "delete":
      return actions.remove();
    case "duplicate":
      return actions.duplicate();
    case "selectAll":
      return actions.selectAll();
    case "fit":
      return actions.fitAll();
  }
}

function placeOrEdit(tool: Tool, actions: BoardActions): void {
  if (tool === "rect" || tool === "ellipse" || tool === "arrow") actions.place(tool);
  else if (tool === "text") actions.placeText();
  else actions.editText();
}
