import { expect, it } from "vitest";
import { initials } from "./initials.ts";

it.each([
  ["Ada", "A"],
  ["ada lovelace", "AL"],
  ["Ada King Lovelace", "AL"],
  ["  ", "?"],
  ["🦊 Fox", "🦊F"],
])("[WP11] %j becomes %s", (name, letters) => {
  expect(initials(name)).toBe(letters);
});
