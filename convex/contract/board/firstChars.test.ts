import { expect, it } from "vitest";
import { firstChars } from "./firstChars.ts";

it("[BH16] the beginning of a text never ends within a sign", () => {
  expect(firstChars("abc", 2)).toBe("ab");
  expect(firstChars("a😀b", 2)).toBe("a");
  expect(firstChars("a😀b", 3)).toBe("a😀");
  expect(firstChars("short", 99)).toBe("short");
});
