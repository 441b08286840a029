/** Which key does what on the board. Pure, so that the help and the handler cannot disagree. */
import type { IconName } from "../../shell/Icon.tsx";
import { TURN_STEP } from "../objects/turnObject.ts";

export const TOOLS = [
  { name: "select", label: "Select", key: "v", icon: "cursor" },
  { name: "hand", label: "Move the board", key: "h", icon: "hand" },
  { name: "pen", label: "Pen", key: "p", icon: "pen" },
  { name: "rect", label: "Rectangle", key: "r", icon: "rect" },
  { name: "ellipse", label: "Ellipse", key: "o", icon: "circle" },
  { name: "arrow", label: "Arrow", key: "a", icon: "arrow" },
  { name: "line", label: "Line", key: "i", icon: "line" },
  { name: "polygon", label: "Polygon", key: "y", icon: "polygon" },
  { name: "text", label: "Text", key: "t", icon: "text" },
  { name: "formula", label: "Formula", key: "f", icon: "formula" },
  { name: "marker", label: "Highlighter", key: "m", icon: "marker" },
  { name: "pointer", label: "Pointer", key: "l", icon: "pointer" },
  { name: "question", label: "Question", key: "q", icon: "quiz" },
  { name: "eraser", label: "Eraser", key: "e", icon: "eraser" },
] as const satisfies readonly { name: string; label: string; key: string; icon: IconName }[];

export type Tool = (typeof TOOLS)[number]["name"];

export type BoardCommand =
  | { kind: "tool"; tool: Tool }
  | { kind: "nudge"; dx: number; dy: number }
  /** Its right and lower side go so far, in board pixels. */
  | { kind: "resize"; dx: number; dy: number }
  | { kind: "scale"; factor: number }
  | { kind: "zoom"; factor: number }
  /** `adds`: to what is selected already. */
  | { kind: "next"; step: 1 | -1; adds: boolean }
  | { kind: "order"; to: "front" | "back" }
  | { kind: "turn"; degrees: number }
  | { kind: "undo" | "redo" | "delete" | "selectAll" | "clear" | "fit" | "edit" | "duplicate" }
  | { kind: "help" }
  | { kind: "group" | "ungroup" };

/** The parts of a keyboard event that matter; the browser's fits. */
export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}

const NUDGE = 8; // board pixels
const NUDGE_FAR = 64;
const SCALE_STEP = 1.1;
export const ZOOM_STEP = 1.25;

const ARROWS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The command of a key press on the board, or undefined when the board has no use for it. */
export function boardCommand(press: KeyPress): BoardCommand | undefined {
  if (press.ctrlKey || press.metaKey) return controlCommand(press);
  if (press.altKey) return BRACKETS[press.key];
  const way = wayOf(press);
  if (way) return { kind: "nudge", ...way };
  const tool = TOOLS.find(({ key }) => key === press.key.toLowerCase());
  if (tool) return { kind: "tool", tool: tool.name };
  return PLAIN[press.key];
}

/** Where an arrow key leads, in board pixels. */
function wayOf({ key, shiftKey }: KeyPress): { dx: number; dy: number } | undefined {
  const arrow = ARROWS[key];
  const by = shiftKey ? NUDGE_FAR : NUDGE;
  return arrow && { dx: arrow[0] * by, dy: arrow[1] * by };
}

function controlCommand(press: KeyPress): BoardCommand | undefined {
  const { key, shiftKey, ctrlKey } = press;
  const way = ctrlKey ? wayOf(press) : undefined; // with the command key browsers go back and forth
  if (way) return { kind: "resize", ...way };
  switch (key.toLowerCase()) {
    case "z":
      return { kind: shiftKey ? "redo" : "undo" };
    case "y":
      return { kind: "redo" };
    case "a":
      return { kind: "selectAll" };
    case "g":
      return { kind: shiftKey ? "ungroup" : "group" };
    case "d":
      return { kind: "duplicate" };
    default:
      return undefined;
  }
}

/** Many keyboards write these with Alt. */
const BRACKETS: Record<string, BoardCommand> = {
  "]": { kind: "next", step: 1, adds: false },
  "[": { kind: "next", step: -1, adds: false },
  "}": { kind: "next", step: 1, adds: true },
  "{": { kind: "next", step: -1, adds: true },
};

const PLAIN: Record<string, BoardCommand> = {
  ...BRACKETS,
  Delete: { kind: "delete" },
  Backspace: { kind: "delete" },
  Escape: { kind: "clear" },
  Enter: { kind: "edit" },
  " ": { kind: "edit" },
  "+": { kind: "zoom", factor: ZOOM_STEP },
  "=": { kind: "zoom", factor: ZOOM_STEP },
  "-": { kind: "zoom", factor: 1 / ZOOM_STEP },
  "0": { kind: "fit" },
  "?": { kind: "help" },
  PageUp: { kind: "order", to: "front" },
  PageDown: { kind: "order", to: "back" },
  ".": { kind: "turn", degrees: TURN_STEP },
  ",": { kind: "turn", degrees: -TURN_STEP },
  ">": { kind: "scale", factor: SCALE_STEP },
  "<": { kind: "scale", factor: 1 / SCALE_STEP },
};
