/**
 * Forgets what nobody will ask for any more: jobs that ended and outcomes of mutations, seven days
 * after. Works in small transactions so that it never holds up a mutation.
 */
import { commitWrite } from "../functions/transactions/commitWrite.ts";
import { Alarm } from "./alarm.ts";
import type { LoopDeps } from "./jobLoop.ts";
import { forgetJobs } from "./scheduledJobs.ts";

const KEEP_MS = 7 * 86_400_000; // as Convex keeps ended jobs
const PERIOD_MS = 3_600_000;
const BATCH = 256;

export class CleanupLoop {
  readonly #deps: Omit<LoopDeps, "runner">;
  readonly #alarm: Alarm;
  #cleaning: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(deps: Omit<LoopDeps, "runner">) {
    this.#deps = deps;
    this.#alarm = new Alarm(deps.clock, () => this.start());
  }

  start(): void {
    this.#cleaning = this.#clean()
      .catch(this.#deps.onError)
      .then(() => {
        if (!this.#isClosed) this.#alarm.set(this.#deps.clock.now() + PERIOD_MS);
      });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#alarm.clear();
    await this.#cleaning;
  }

  async #clean(): Promise<void> {
    const { database, clock } = this.#deps;
    const before = clock.now() - KEEP_MS;
    const forgetters = [
      () => commitWrite(database, (tx) => forgetJobs(tx, before, BATCH)),
      () => database.forgetOutcomes(before * 1_000, BATCH),
    ];
    for (const forget of forgetters) {
      let forgotten = BATCH;
      while (forgotten === BATCH) forgotten = await forget();
    }
  }
}
