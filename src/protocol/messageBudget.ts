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

export interface MessageBudget {
  /** Takes one message of `bytes`; false when either bucket is empty. */
  spend(bytes: number): boolean;
}

export function createMessageBudget(limits: BudgetLimits, clock: Clock): MessageBudget {
  let messages = limits.burstMessages;
  let bytes = limits.burstBytes;
  let filledAt = clock.now();
  return {
    spend(size) {
      const now = clock.now();
      const seconds = Math.max(0, now - filledAt) / 1_000; // a clock set back refills nothing
      filledAt = now;
      messages = Math.min(limits.burstMessages, messages + seconds * limits.messagesPerSecond) - 1;
      bytes = Math.min(limits.burstBytes, bytes + seconds * limits.bytesPerSecond) - size;
      return messages >= 0 && bytes >= 0;
    },
  };
}
