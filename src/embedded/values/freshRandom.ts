/** Unpredictable bytes in small pieces. Asking the system for a few bytes costs as much as for thousands. */
import { randomBytes } from "node:crypto";

const POOL_BYTES = 4096;

let pool = new Uint8Array(0);
let used = 0;

/** Bytes that nobody else gets. @param count at most 4096 */
export function freshRandom(count: number): Uint8Array {
  if (pool.length - used < count) {
    pool = randomBytes(POOL_BYTES); // a new one: the pieces of the old one are still in use
    used = 0;
  }
  used += count;
  return pool.subarray(used - count, used);
}
