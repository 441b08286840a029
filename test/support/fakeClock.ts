/**
 * A clock that moves only when told to. Tasks run in the order of their time, and promises are let
 * settle between them, so that a test sees the same order on every machine.
 */
import type { Clock } from "../../src/util/clock.ts";

export interface FakeClock extends Clock {
  /** Moves time by `ms`, running what falls due on the way. */
  advance(ms: number): Promise<void>;
  /** How many tasks wait. */
  pending(): number;
}

export function createFakeClock(startAt = 1_000_000): FakeClock {
  let now = startAt;
  let nextId = 0;
  const tasks = new Map<number, { at: number; task: () => void }>();

  function firstDue(until: number): number | undefined {
    const due = [...tasks].filter(([, { at }]) => at <= until);
    due.sort(([idA, a], [idB, b]) => a.at - b.at || idA - idB);
    return due[0]?.[0];
  }

  return {
    now: () => now,
    after(delayMs, task) {
      const id = nextId++;
      tasks.set(id, { at: now + delayMs, task });
      return () => tasks.delete(id);
    },
    pending: () => tasks.size,
    async advance(ms) {
      const until = now + ms;
      await settle();
      for (let id = firstDue(until); id !== undefined; id = firstDue(until)) {
        const { at, task } = tasks.get(id)!;
        tasks.delete(id);
        now = Math.max(now, at);
        task();
        await settle();
      }
      now = until;
    },
  };
}

/** Lets everything that waits for promises or setImmediate go on. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 4; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}
