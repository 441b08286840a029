import { expect, it } from "vitest";
import { relativeTime } from "./relativeTime.ts";

const MINUTE = 60_000;

it.each([
  [0, "just now"],
  [5 * MINUTE, "5 minutes ago"],
  [3 * 60 * MINUTE, "3 hours ago"],
  [24 * 60 * MINUTE, "yesterday"],
  [70 * 24 * 60 * MINUTE, "2 months ago"],
  [800 * 24 * 60 * MINUTE, "2 years ago"],
])("[WP1] an age of %i ms reads as %s", (ageMs, words) => {
  expect(relativeTime(1_000_000_000_000 - ageMs, 1_000_000_000_000)).toBe(words);
});

it("[WP1] an instant ahead of a slow clock reads as now", () => {
  expect(relativeTime(2_000, 1_000)).toBe("just now");
});
