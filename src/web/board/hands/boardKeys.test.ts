import { expect, it } from "vitest";
import { boardCommand, TOOLS, type KeyPress } from "./boardKeys.ts";

const press = (key: string, also: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...also,
});

it("[WD8] every tool has a key of its own that selects it", () => {
  expect(new Set(TOOLS.map(({ key }) => key)).size).toBe(TOOLS.length);
  for (const { key, name } of TOOLS) {
    expect(boardCommand(press(key))).toEqual({ kind: "tool", tool: name });
    expect(boardCommand(press(key.toUpperCase()))).toEqual({ kind: "tool", tool: name });
  }
});

it.each([
  [press("z", { ctrlKey: true }), { kind: "undo" }],
  [press("Z", { metaKey: true, shiftKey: true }), { kind: "redo" }],
  [press("y", { ctrlKey: true }), { kind: "redo" }],
  [press("Delete"), { kind: "delete" }],
  [press("PageUp"), { kind: "order", to: "front" }],
  [press("PageDown"), { kind: "order", to: "back" }],
  [press("."), { kind: "turn", degrees: 15 }],
  [press(","), { kind: "turn", degrees: -15 }],
  [press("ArrowLeft"), { kind: "nudge", dx: -8, dy: 0 }],
  [press("ArrowDown", { shiftKey: true }), { kind: "nudge", dx: 0, dy: 64 }],
  [press("ArrowRight", { ctrlKey: true }), { kind: "resize", dx: 8, dy: 0 }],
  [press(">", { shiftKey: true }), { kind: "scale", factor: 1.1 }],
  [press("]"), { kind: "next", step: 1, adds: false }],
  [press("[", { altKey: true }), { kind: "next", step: -1, adds: false }],
  [press("}", { shiftKey: true, altKey: true }), { kind: "next", step: 1, adds: true }],
])("[WD8] %o is %o", (pressed, command) => {
  expect(boardCommand(pressed)).toEqual(command);
});

it("[WD8] the browser keeps its own keys", () => {
  for (const key of ["r", "t", "p", "c", "v"]) {
    expect(boardCommand(press(key, { ctrlKey: true }))).toBeUndefined();
  }
  expect(boardCommand(press("ArrowLeft", { altKey: true }))).toBeUndefined();
  expect(boardCommand(press("ArrowLeft", { metaKey: true }))).toBeUndefined();
  expect(boardCommand(press("Tab"))).toBeUndefined();
  expect(boardCommand(press("F5"))).toBeUndefined();
});
