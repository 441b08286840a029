/**
 * Runs something the person asked for and, when it is refused, says so in a toast: what was rolled
 * back, and why. The optimistic value itself is taken back by Convex.
 */
import { errorSentence } from "./errorSentence.ts";
import { showProblem } from "./toastStore.ts";

/** `whatFailed` is the start of the sentence: "The focus was not changed". Resolves to success. */
export async function attempt(whatFailed: string, task: () => Promise<unknown>): Promise<boolean> {
  try {
    await task();
    return true;
  } catch (error) {
    showProblem(`${whatFailed}: ${errorSentence(error)}`);
    return false;
  }
}
