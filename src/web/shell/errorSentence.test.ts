import { expect, it } from "vitest";
import { appError, ERRORS, type ErrorCode } from "../../../convex/contract/errors.ts";
import { errorSentence } from "./errorSentence.ts";

it.each(Object.keys(ERRORS) as ErrorCode[])("[WP4] %s reads as its sentence", (code) => {
  expect(errorSentence(appError(code))).toBe(ERRORS[code].sentence);
  expect(errorSentence({ data: { code, message: "" } })).toBe(ERRORS[code].sentence);
});

it("[WP4] a more exact message wins over the code's sentence", () => {
  expect(errorSentence(appError("LIMIT_EXCEEDED", "At most 20 documents."))).toBe(
    "At most 20 documents.",
  );
});

it("[WP4] an error without a code never shows its text", () => {
  expect(errorSentence(new Error("ENOENT /secret/path"))).toBe(ERRORS.INTERNAL.sentence);
  expect(errorSentence(undefined)).toBe(ERRORS.INTERNAL.sentence);
});

it("[WP4] an unreachable server is told from a failing one", () => {
  expect(errorSentence(new TypeError("Failed to fetch"))).toContain("cannot be reached");
});
