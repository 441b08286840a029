/**
 * The timestamps at which queries may still begin. One is given up when it was superseded longer ago than
 * the retention and no open transaction reads it. What counts is when it was superseded, not when it
 * was made: after an idle hour the latest is an hour old.
 */
export class Snapshots {
  readonly #retentionUs: number;
  /** Ascending. */
  #all: number[];

  constructor(ts: number, retentionUs: number) {
    this.#all = [ts];
    this.#retentionUs = retentionUs;
  }

  /** Versions that ended at or before it are out of reach. */
  get oldest(): number {
    return this.#all[0] ?? 0;
  }

  add(ts: number): void {
    if (ts !== this.#all.at(-1)) this.#all.push(ts);
  }

  /** Gives up all but one. */
  reset(ts: number): void {
    this.#all = [ts];
  }

  /** @param oldestRead the oldest that an open transaction reads. Microseconds since epoch */
  expire(now: number, oldestRead: number): void {
    const limit = Math.min(now - this.#retentionUs, oldestRead);
    // From the oldest: most often one or two of the many thousands have expired.
    const firstReadable = this.#all.findIndex((ts) => ts > limit);
    const kept = (firstReadable === -1 ? this.#all.length : firstReadable) - 1;
    if (kept > 0) this.#all.splice(0, kept);
  }
}
