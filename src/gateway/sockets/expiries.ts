/**
 * When tokens end: one timer for all who are inside, for the first of them, since a timer each was a
 * tenth of what an idle socket holds. Ends that are near each other are dealt with together, late by
 * EXPIRY_STEP_MS at most (GW13).
 */
import type { Clock } from "../../util/clock.ts";

/** Well within the second in which a cause must have its effect. */
const EXPIRY_STEP_MS = 250;

export interface Expiring {
  /** Ms since epoch. */
  readonly expiresAt: number;
  expire(): void;
}

export class Expiries {
  readonly #clock: Clock;
  readonly #waiting = new Set<Expiring>();
  #cancel: (() => void) | undefined;
  #dueAt = Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(one: Expiring): void {
    this.#waiting.add(one);
    if (one.expiresAt < this.#dueAt) this.#arm(one.expiresAt, 0);
  }

  delete(one: Expiring): void {
    this.#waiting.delete(one);
    if (this.#waiting.size === 0) this.#disarm();
  }

  #arm(dueAt: number, leastMs: number): void {
    this.#disarm();
    if (dueAt === Infinity) return;
    this.#dueAt = dueAt;
    const waitMs = Math.max(leastMs, dueAt - this.#clock.now());
    this.#cancel = this.#clock.after(waitMs, () => this.#expire());
  }

  #disarm(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#dueAt = Infinity;
  }

  #expire(): void {
    const now = this.#clock.now();
    let next = Infinity;
    for (const one of this.#waiting) {
      if (one.expiresAt > now) {
        next = Math.min(next, one.expiresAt);
      } else {
        this.#waiting.delete(one);
        one.expire();
      }
    }
    this.#arm(next, EXPIRY_STEP_MS);
  }
}
