/**
 * How much one socket may send: two leaky buckets, messages and bytes, that refill with time. Pure
 * but for the clock handed in; what to do with a socket that overspends is the room's decision.
 */
import type { Clock } from "../util/clock.ts";

export interface BudgetLimits {
  messagesPerSecond: number;
  burstMessages: number;
  bytesPerSecond: number;
  burstBytes: number;
}

export class MessageBudget {
  readonly #limits: BudgetLimits;
  readonly #clock: Clock;
  #messages: number;
  #bytes: number;
  #filledAt: number;

  constructor(limits: BudgetLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
    this.#messages = limits.burstMessages;
    this.#bytes = limits.burstBytes;
    this.#filledAt = clock.now();
  }

  /** Takes one message of `bytes`; false when either bucket is empty. */
  spend(bytes: number): boolean {
    const { burstMessages, burstBytes, messagesPerSecond, bytesPerSecond } = this.#limits;
    const now = this.#clock.now();
    const seconds = Math.max(0, now - this.#filledAt) / 1_000; // a clock set back refills nothing
    this.#filledAt = now;
    this.#messages = Math.min(burstMessages, this.#messages + seconds * messagesPerSecond) - 1;
    this.#bytes = Math.min(burstBytes, this.#bytes + seconds * bytesPerSecond) - bytes;
    return this.#messages >= 0 && this.#bytes >= 0;
  }
}
