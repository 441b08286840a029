/**
 * A promise that user code drops and that then rejects must not end the engine's thread, which is what
 * Node does by default; as on Convex it fails the function that dropped it, or, if that has ended already,
 * becomes a line in its log. Promises of the engine itself keep the default: nobody handles them, so the
 * thread must not go on.
 */
import { UNREADABLE } from "../context/describeThrown.ts";
import { currentExecution } from "./functionContext.ts";

/** Begins to attend to rejections inside contexts; returns what stops it. */
export function attendToRejections(): () => void {
  const listener = (reason: unknown, promise: Promise<unknown>): void => {
    const isOwn = promise instanceof Promise; // a context has a Promise of its own
    const execution = currentExecution();
    if (!isOwn) {
      const thrown = execution?.run.realm?.describeThrown(reason) ?? UNREADABLE;
      execution?.run.fail(thrown);
      execution?.console("error", `Unhandled rejection: ${thrown.stack || thrown.message}`);
    } else if (process.listenerCount("unhandledRejection") === 1) throw reason; // as without a listener
  };
  process.on("unhandledRejection", listener);
  return () => process.off("unhandledRejection", listener);
}
