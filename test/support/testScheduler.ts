/**
 * A deployment of the embedded engine whose scheduler runs by a clock that the test moves by hand.
 */
import { onTestFinished } from "vitest";
import { bundleFunctions } from "../../src/embedded/functions/build/bundle.ts";
import type { SchedulerClock } from "../../src/embedded/scheduler/alarm.ts";
import { startScheduler } from "../../src/embedded/scheduler/scheduler.ts";
import type { Scheduler } from "../../src/embedded/scheduler/scheduler.ts";
import { openTestRuntime, writeProject } from "./testRuntime.ts";
import type { TestRuntime, TestRuntimeOptions } from "./testRuntime.ts";

export const START = Date.UTC(2026, 0, 1);

export interface HandClock extends SchedulerClock {
  /** Moves to the time, ringing what is due on the way, each alarm at its time. */
  moveTo(time: number): Promise<void>;
  /** Puts the clock forward or back; as with real timers, alarms ring no sooner and no later for it. */
  put(time: number): void;
}

export function handClock(): HandClock {
  let now = START;
  const alarms = new Set<{ at: number; task: () => void }>();
  // The loops answer an alarm over several turns of the event loop; all they wait for (commits,
  // flushes) takes whole turns and no time.
  const settle = async () => {
    for (let turn = 0; turn < 25; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    now: () => now,
    after(ms, task) {
      const alarm = { at: now + ms, task };
      alarms.add(alarm);
      return () => alarms.delete(alarm);
    },
    async moveTo(time) {
      for (;;) {
        await settle();
        const [next] = [...alarms].filter(({ at }) => at <= time).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        alarms.delete(next);
        now = Math.max(now, next.at);
        next.task();
      }
      now = time;
    },
    put(time) {
      for (const alarm of alarms) alarm.at += time - now;
      now = time;
    },
  };
}

export interface Deployment extends TestRuntime {
  readonly clock: HandClock;
  readonly scheduler: Scheduler;
  readonly errors: unknown[];
}

export async function openScheduler(
  options: Pick<TestRuntimeOptions, "dataDir" | "wrapDatabase"> & {
    clock?: HandClock;
    /** Files of a project of the test's own. */
    project?: Record<string, string>;
  } = {},
): Promise<Deployment> {
  const { clock = handClock(), project, ...rest } = options;
  const runtime = await openTestRuntime({
    now: () => clock.now(),
    ...rest,
    ...(project && {
      bundle: await bundleFunctions({ functionsDir: await writeProject(project) }),
    }),
  });
  const errors: unknown[] = [];
  const { database, runner } = runtime;
  const scheduler = await startScheduler({
    database,
    runner,
    clock,
    onError: (error) => errors.push(error),
  });
  onTestFinished(() => scheduler.close());
  return { ...runtime, clock, scheduler, errors };
}
