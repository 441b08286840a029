/**
 * Rate limits: one token bucket per key (an address, a user, an account). A bucket is a single
 * number, the time at which it will be full again; a full bucket is no bucket, so the memory of all
 * is bounded by recent use, and by MAX_BUCKETS under attack (GW8). Pure but for the injected clock.
 */
import type { Clock } from "../../util/clock.ts";

export interface BucketSize {
  /** How many may come at once. */
  readonly burst: number;
  /** How long until one more may come. */
  readonly refillMs: number;
}

export interface TokenBuckets {
  /** Takes one token; 0 if there was one, else the milliseconds until there will be. */
  take(key: string): number;
  size(): number;
}

/** 20 MB at most. Past it the oldest key is forgotten, which favours that key, not the attacker. */
const MAX_BUCKETS = 100_000;
const SWEEP_EVERY = 1_024;

export function createTokenBuckets(size: BucketSize, clock: Clock): TokenBuckets {
  const fullAt = new Map<string, number>(); // ms since epoch; in order of last use
  const capacityMs = size.burst * size.refillMs;
  let takes = 0;

  function sweep(now: number): void {
    for (const [key, at] of fullAt) if (at <= now) fullAt.delete(key);
  }

  return {
    take(key) {
      const now = clock.now();
      if (++takes % SWEEP_EVERY === 0) sweep(now);
      const before = Math.max(now, fullAt.get(key) ?? 0);
      const after = before + size.refillMs;
      const missingMs = after - now - capacityMs;
      if (missingMs > 0) return missingMs;
      fullAt.delete(key);
      fullAt.set(key, after);
      if (fullAt.size > MAX_BUCKETS) {
        for (const oldest of fullAt.keys()) {
          fullAt.delete(oldest);
          break;
        }
      }
      return 0;
    },
    size: () => fullAt.size,
  };
}
