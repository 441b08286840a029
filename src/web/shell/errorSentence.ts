/**
 * What to tell a person about anything that was thrown. Coded errors say themselves what happened;
 * whatever has no code is ours to apologise for, and its text is not shown: it is for developers.
 */
import { appErrorDataOf, ERRORS } from "../../../convex/contract/errors.ts";

export function errorSentence(error: unknown): string {
  const data = appErrorDataOf(error);
  if (data) return data.message || ERRORS[data.code].sentence;
  if (error instanceof TypeError && /fetch|network|load failed/i.test(error.message)) {
    return "The server cannot be reached. Check the connection and try again.";
  }
  // What Convex says of an id that is none, such as one from a mistyped link.
  if (error instanceof Error && error.message.includes("ArgumentValidationError")) {
    return ERRORS.NOT_FOUND.sentence;
  }
  return ERRORS.INTERNAL.sentence;
}
