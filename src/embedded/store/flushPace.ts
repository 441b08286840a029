/**
 * How soon one group of commits may follow the other. A thread with time to spare writes each commit at
 * once; one that is short of it gathers commits a little longer, since a larger group costs each member less,
 * and so do the queries that its members wake together. It waits for more only while somebody who wrote
 * lately has not written again: clients that send one mutation after the other send none while they wait.
 */

/** The share of its time from which a thread gathers, and from which it gathers for as long as it may. */
const BUSY = 0.3;
const VERY_BUSY = 0.5;
/** Between the beginnings of two flushes. */
const MAX_GAP_MS = 8;
/** A group of so many writers is written at once: a larger one would cost each hardly less. */
const ENOUGH = 8;
const SAMPLE_MS = 50;

export interface FlushPaceDeps {
  /** Milliseconds, from any beginning. */
  now: () => number;
  /** Which share of its time this thread has been busy since the last call. */
  utilization: () => number;
}

export class FlushPace {
  readonly #deps: FlushPaceDeps;
  #sampledAt = -Infinity;
  #flushedAt = -Infinity;
  #gapMs = 0;
  // Fresh sets instead of cleared ones: what a set has outgrown would keep the new alive.
  #group = new Set<string>();
  #sinceSample = new Set<string>();
  #beforeSample = new Set<string>();

  constructor(deps: FlushPaceDeps = threadPace()) {
    this.#deps = deps;
  }

  /** A commit joins the group. @param writer whose: any text that differs from that of others */
  joined(writer: string): void {
    this.#group.add(writer);
    this.#sinceSample.add(writer);
  }

  /** A flush begins, and with it the next group. */
  flushed(): void {
    this.#flushedAt = this.#deps.now();
    this.#group = new Set();
  }

  /** Milliseconds that the next flush should still wait: 0, or 1 to MAX_GAP_MS, whole as timers are. */
  waitMs(): number {
    const now = this.#deps.now();
    if (now - this.#sampledAt >= SAMPLE_MS) this.#sample(now);
    if (this.#isComplete()) return 0;
    return Math.max(0, Math.round(this.#flushedAt + this.#gapMs - now));
  }

  #sample(now: number): void {
    this.#sampledAt = now;
    this.#beforeSample = this.#sinceSample;
    this.#sinceSample = new Set(this.#group);
    const share = (this.#deps.utilization() - BUSY) / (VERY_BUSY - BUSY);
    this.#gapMs = MAX_GAP_MS * Math.min(Math.max(share, 0), 1);
  }

  /** Everybody who wrote lately is in the group, or many. */
  #isComplete(): boolean {
    const lately = Math.max(this.#beforeSample.size, this.#sinceSample.size);
    return this.#group.size >= Math.min(lately, ENOUGH);
  }
}

function threadPace(): FlushPaceDeps {
  let last = performance.eventLoopUtilization();
  return {
    now: () => performance.now(),
    utilization() {
      const before = last;
      last = performance.eventLoopUtilization();
      return performance.eventLoopUtilization(last, before).utilization;
    },
  };
}
