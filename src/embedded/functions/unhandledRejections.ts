/**
 * A promise that user code drops and that then rejects must not end the engine's thread, which is what
 * Node does by default; it becomes a line in the log. Promises of the engine itself keep the default:
 * nobody handles them, so the thread must not go on.
 */

/** Reports rejections inside contexts; returns what stops it. */
export function reportUnhandledRejections(report: (reason: unknown) => void): () => void {
  const listener = (reason: unknown, promise: Promise<unknown>): void => {
    const isOwn = promise instanceof Promise; // a context has a Promise of its own
    if (!isOwn) report(reason);
    else if (process.listenerCount("unhandledRejection") === 1) throw reason;
  };
  process.on("unhandledRejection", listener);
  return () => process.off("unhandledRejection", listener);
}
