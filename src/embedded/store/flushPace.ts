/**
 * How soon one group of commits may follow the other. A thread with time to spare writes each commit at
 * once; one that is short of it gathers commits a little longer, since a larger group costs each member less,
 * and so do the queries that its members wake together.
 */

/** The share of its time from which a thread gathers, and from which it gathers for as long as it may. */
const BUSY = 0.5;
const VERY_BUSY = 0.75;
/** Between the beginnings of two flushes. */
const MAX_GAP_MS = 3;
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

  constructor(deps: FlushPaceDeps = threadPace()) {
    this.#deps = deps;
  }

  /** A flush begins. */
  flushed(): void {
    this.#flushedAt = this.#deps.now();
  }

  /** Milliseconds that the next flush should still wait: 0, or 1 to MAX_GAP_MS, whole as timers are. */
  waitMs(): number {
    const now = this.#deps.now();
    if (now - this.#sampledAt >= SAMPLE_MS) {
      this.#sampledAt = now;
      const share = (this.#deps.utilization() - BUSY) / (VERY_BUSY - BUSY);
      this.#gapMs = MAX_GAP_MS * Math.min(Math.max(share, 0), 1);
    }
    return Math.max(0, Math.round(this.#flushedAt + this.#gapMs - now));
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
