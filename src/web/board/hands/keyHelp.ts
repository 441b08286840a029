/** The keys of the board in words, for people. Pure. */
import { TOOLS } from "./boardKeys.ts";

export interface KeyGroup {
  title: string;
  rows: readonly {
    /** Each does the same or, of arrows and brackets, the same in another direction. */
    keys: readonly string[];
    does: string;
  }[];
}

export const KEY_HELP: readonly KeyGroup[] = [
  {
    title: "Tools",
    rows: TOOLS.map(({ key, label }) => ({ keys: [key.toUpperCase()], does: label })),
  },
  {
    title: "What is selected",
    rows: [
      { keys: ["←", "→", "↑", "↓"], does: "Move; with Shift, further" },
      { keys: ["<", ">"], does: "Smaller, larger" },
      { keys: ["Ctrl+←", "Ctrl+→", "Ctrl+↑", "Ctrl+↓"], does: "Narrower, wider, lower, higher" },
      { keys: [",", "."], does: "Turn" },
      { keys: ["Page Up", "Page Down"], does: "To the front, to the back" },
      { keys: ["Enter"], does: "Edit the words, or answer" },
      { keys: ["Ctrl+D"], does: "Copy beside it" },
      { keys: ["Ctrl+G", "Ctrl+Shift+G"], does: "Group, take the group apart" },
      { keys: ["Delete"], does: "Delete" },
      { keys: ["Escape"], does: "Select nothing" },
    ],
  },
  {
    title: "The board",
    rows: [
      { keys: ["[", "]"], does: "From object to object" },
      { keys: ["{", "}"], does: "Select the next object as well" },
      { keys: ["Enter"], does: "Place what the tool draws, or point with it" },
      {
        keys: ["Enter", "Space"],
        does: "With the pen: set it down, or lift it; the arrows move it",
      },
      { keys: ["Ctrl+A"], does: "Select all" },
      { keys: ["Ctrl+Z", "Ctrl+Y"], does: "Undo, redo" },
      { keys: ["+", "-"], does: "Zoom" },
      { keys: ["0"], does: "Fit to what is drawn" },
      { keys: ["←", "→", "↑", "↓"], does: "Move the board, when nothing is selected" },
      { keys: ["?"], does: "Show these keys" },
    ],
  },
];
