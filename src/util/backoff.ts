/** How long to wait before trying again: doubling, bounded, and spread so that many do not retry at once. */
export interface BackoffOptions {
  baseMs: number;
  maxMs: number;
  /** 0 ≤ random() < 1; `Math.random` outside tests. */
  random: () => number;
}

/**
 * Milliseconds to wait after the `attempt`-th failure (from 1): between half and the whole of
 * baseMs · 2^(attempt−1), never above maxMs.
 */
export function backoffMs(attempt: number, { baseMs, maxMs, random }: BackoffOptions): number {
  const ceilingMs = Math.min(maxMs, baseMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(ceilingMs * (0.5 + random() / 2));
}
