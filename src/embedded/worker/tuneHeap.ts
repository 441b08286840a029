/**
 * How V8 is told to keep the objects of a process that makes and drops a great many small ones: each mutation, and
 * each change of a board, leaves thousands, dead before the next comes.
 */
import { setFlagsFromString } from "node:v8";

/**
 * To be called before threads are started; holds for the whole process; idempotent. V8 makes objects in the old
 * generation at once where those made at the same place have lasted before. There each dead one keeps what
 * it points to through every young collection until the next full one: with 500 boards in use 4.3 KB of each
 * change were kept instead of 1.2 KB, with 10,000 subscriptions 600 KB of each collection instead of 140 KB.
 */
export function tuneHeap(): void {
  setFlagsFromString("--no-allocation-site-pretenuring");
}
