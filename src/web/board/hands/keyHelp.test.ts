import { expect, it } from "vitest";
import { boardCommand } from "./boardKeys.ts";
import { KEY_HELP } from "./keyHelp.ts";

const NAMES: Record<string, string> = {
  ...{ "←": "ArrowLeft", "→": "ArrowRight", "↑": "ArrowUp", "↓": "ArrowDown" },
  ...{ "Page Up": "PageUp", "Page Down": "PageDown", Space: " " },
};

function press(shown: string) {
  const [key = "", ...held] = shown.length === 1 ? [shown] : shown.split("+").reverse();
  return {
    key: NAMES[key] ?? key,
    ctrlKey: held.includes("Ctrl"),
    shiftKey: held.includes("Shift"),
    metaKey: false,
    altKey: false,
  };
}

it("[BO27] every key that is shown does something", () => {
  const keys = KEY_HELP.flatMap(({ rows }) => rows.flatMap((row) => row.keys));
  expect(keys.filter((key) => boardCommand(press(key)) === undefined)).toEqual([]);
});
