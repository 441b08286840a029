import { expect, it } from "vitest";
import { formatBytes } from "./formatBytes.ts";

it.each([
  [0, "0 bytes"],
  [1023, "1023 bytes"],
  [1536, "1.5 KB"],
  [50 * 1024 * 1024, "50 MB"],
  [3 * 1024 ** 4, "3072 GB"],
])("[WP15] %i reads as %s", (bytes, words) => {
  expect(formatBytes(bytes)).toBe(words);
});
