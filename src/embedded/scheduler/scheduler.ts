/** Everything of the engine that runs by itself: scheduled functions, crons and the cleaning up. */
import type { FunctionRunner } from "../functions/functionRunner.ts";
import type { Database } from "../store/database.ts";
import { realClock } from "./alarm.ts";
import type { SchedulerClock } from "./alarm.ts";
import { CleanupLoop } from "./cleanupLoop.ts";
import { CronLoop } from "./cronLoop.ts";
import { JobLoop } from "./jobLoop.ts";

export interface Scheduler {
  /** Starts nothing more and waits for what runs. */
  close(): Promise<void>;
}

/** Begins once code is loaded. @param deps.onError hears of errors of the engine, never of functions */
export async function startScheduler(deps: {
  readonly database: Database;
  readonly runner: FunctionRunner;
  readonly onError: (error: unknown) => void;
  readonly clock?: SchedulerClock;
}): Promise<Scheduler> {
  const { clock = realClock, ...rest } = deps;
  const jobs = new JobLoop({ ...rest, clock });
  const crons = new CronLoop({ ...rest, clock });
  const cleanup = new CleanupLoop({ ...rest, clock });
  await jobs.start();
  await crons.start();
  cleanup.start();
  return {
    async close() {
      await Promise.all([jobs.close(), crons.close(), cleanup.close()]);
    },
  };
}
