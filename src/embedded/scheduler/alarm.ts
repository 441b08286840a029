/** Wakes a loop at a time: one timer, the next one replaces the last. */

/** Time as the scheduler sees it; a test hands in one that it moves by hand. */
export interface SchedulerClock {
  /** Ms since epoch. */
  now(): number;
  /** Runs the task once after `ms`; returns what cancels it. */
  after(ms: number, task: () => void): () => void;
}

export const realClock: SchedulerClock = {
  now: () => Date.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    timer.unref(); // waiting for a job is no reason to stay alive
    return () => clearTimeout(timer);
  },
};

/** Timers do not notice when the clock is put forward, or the machine slept; looking for nothing is cheap. */
const MAX_SLEEP_MS = 10_000;

export class Alarm {
  readonly #clock: SchedulerClock;
  readonly #ring: () => void;
  #cancel: (() => void) | undefined;

  constructor(clock: SchedulerClock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** @param at ms since epoch; in the past means as soon as possible */
  set(at: number): void {
    this.clear();
    const waitMs = Math.min(Math.max(0, at - this.#clock.now()), MAX_SLEEP_MS);
    this.#cancel = this.#clock.after(waitMs, () => {
      this.#cancel = undefined;
      this.#ring();
    });
  }

  clear(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
