/**
 * What a thread of JavaScript holds, as it is told from outside while the thread is busy. What is dead and not
 * yet collected counts in any figure of V8's, so for the truth the thread has to collect first: the inspector
 * has it evaluate COLLECT_EXPRESSION in the middle of whatever it is running. It runs no microtask then.
 */
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Asking V8 costs as much as reading a document. */
const RECENT_MS = 5;

const COLLECT = Symbol.for("embedded-convex.collect");

/** Evaluates to the bytes that are alive, in a thread that has called `offerCollection`. */
export const COLLECT_EXPRESSION = 'globalThis[Symbol.for("embedded-convex.collect")]()';

type HeapFigures = Pick<ReturnType<typeof getHeapStatistics>, "used_heap_size" | "external_memory">;

/** Bytes in the heap and in the buffers outside of it, of this thread unless told otherwise. */
export function heldBytes(heap: HeapFigures = getHeapStatistics()): number {
  return heap.used_heap_size + heap.external_memory;
}

let latest = { bytes: 0, at: -Infinity };

/** What this thread held at most RECENT_MS ago. */
export function recentHeldBytes(): number {
  const at = performance.now();
  if (at - latest.at > RECENT_MS) latest = { bytes: heldBytes(), at };
  return latest.bytes;
}

/** Lets this thread be told to collect its garbage. Contexts of functions see nothing of it. */
export function offerCollection(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (options?: { type: "minor" }) => void;
  setFlagsFromString("--no-expose-gc");
  const collectAndMeasure = (): number => {
    collect();
    // Dead buffers are freed by another thread, for which only the next collection waits.
    collect({ type: "minor" });
    return heldBytes();
  };
  Object.defineProperty(globalThis, COLLECT, { value: collectAndMeasure });
}
