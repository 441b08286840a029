/**
 * A promise that user code drops and that then rejects must not end the engine's thread, which is what
 * Node does by default; it becomes a line in the log of the function that dropped it. Promises of the
 * engine itself keep the default: nobody handles them, so the thread must not go on.
 */
import { currentExecution } from "./execution.ts";

/** Begins to report rejections inside contexts; returns what stops it. */
export function reportUnhandledRejections(): () => void {
  const listener = (reason: unknown, promise: Promise<unknown>): void => {
    const isOwn = promise instanceof Promise; // a context has a Promise of its own
    if (!isOwn) currentExecution.getStore()?.console("error", ["Unhandled rejection:", reason]);
    else if (process.listenerCount("unhandledRejection") === 1) throw reason; // as without a listener
  };
  process.on("unhandledRejection", listener);
  return () => process.off("unhandledRejection", listener);
}
