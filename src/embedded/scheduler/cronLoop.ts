/**
 * Runs the cron jobs of the code.
 *
 * CR1 A mutation runs exactly once per due time, an action at most once, over restarts.
 * CR2 Runs that were missed, or that fall due while the last one still runs, are skipped: after them
 *     comes the next time in the future.
 * CR5 A clock that is put back by more than a period does not silence a job; by less, it repeats none.
 */
import type { CronSpec } from "../functions/code/analyzedFunction.ts";
import { commitWrite, readSnapshot } from "../functions/transactions/commitWrite.ts";
import { SYSTEM_IDENTITY } from "../functions/identity.ts";
import { Alarm } from "./alarm.ts";
import { readCronRow, readCronRows, setNextRun, syncCronRows } from "./cronRows.ts";
import type { CronRow } from "./cronRows.ts";
import { nextCronTime } from "./cronTimes.ts";
import type { LoopDeps } from "./jobLoop.ts";

const RETRY_MS = 1_000; // after an error of the engine

export class CronLoop {
  readonly #deps: LoopDeps;
  readonly #alarm: Alarm;
  readonly #running = new Map<string, Promise<void>>();
  readonly #stopListening: () => void;
  #isClosed = false;

  constructor(deps: LoopDeps) {
    this.#deps = deps;
    this.#alarm = new Alarm(deps.clock, () => this.#look());
    this.#stopListening = deps.runner.onLoad(() => void this.start().catch(deps.onError));
  }

  /** Takes over the cron jobs of the code that is loaded now. */
  async start(): Promise<void> {
    const { database, runner, clock } = this.#deps;
    await commitWrite(database, (tx) => syncCronRows(tx, runner.crons(), clock.now()));
    this.#look();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopListening();
    this.#alarm.clear();
    await Promise.all(this.#running.values());
  }

  #look(): void {
    if (this.#isClosed) return;
    const { database, runner, clock } = this.#deps;
    const now = clock.now();
    let next = Infinity;
    for (const row of readSnapshot(database, readCronRows).values()) {
      const spec = runner.crons().get(row.name);
      if (spec === undefined || row.nextRun === null || this.#running.has(row.id)) continue;
      if (isOutOfReach(row.nextRun, row.name, spec, now)) {
        this.#begin(row, () => commitWrite(database, (tx) => this.#advance(tx, row, spec)));
      } else if (row.nextRun <= now) this.#begin(row, () => this.#run(row, spec));
      else next = Math.min(next, row.nextRun);
    }
    if (next < Infinity) this.#alarm.set(next);
  }

  #begin(row: CronRow, task: () => Promise<void>): void {
    const { onError, clock } = this.#deps;
    const running = task()
      .then(
        () => clock.now(),
        (error: unknown) => {
          onError(error);
          return clock.now() + RETRY_MS;
        },
      )
      .then((lookAt) => {
        this.#running.delete(row.id);
        if (!this.#isClosed) this.#alarm.set(lookAt);
      });
    this.#running.set(row.id, running);
  }

  async #run(row: CronRow, spec: CronSpec): Promise<void> {
    const { database, runner } = this.#deps;
    const call = { path: spec.name, args: spec.args, identity: SYSTEM_IDENTITY };
    if (runner.find(spec.name)?.kind === "action") {
      await commitWrite(database, (tx) => this.#advance(tx, row, spec));
      await runner.runAction(call); // its error is in the log
      return;
    }
    const outcome = await runner.runMutation({
      ...call,
      companion: {
        before: (tx) => readCronRow(tx, row.id)?.nextRun === row.nextRun,
        after: (tx) => this.#advance(tx, row, spec),
      },
    });
    if (outcome.ok) return;
    if (outcome.isTransient === true) throw new Error(outcome.errorMessage); // still due
    await commitWrite(database, (tx) => this.#advance(tx, row, spec));
  }

  /** Sets the next run after now, whatever was missed; an interval keeps its rhythm. */
  #advance(tx: Parameters<typeof setNextRun>[0], row: CronRow, spec: CronSpec): void {
    if (readCronRow(tx, row.id) === null) return; // new code removed it meanwhile
    const now = this.#deps.clock.now();
    let next = row.nextRun;
    if (spec.schedule.type === "interval" && next !== null) {
      const step = (nextCronTime(row.name, spec.schedule, next) ?? now) - next;
      next += step * (Math.floor((now - next) / step) + 1);
    } else {
      next = nextCronTime(row.name, spec.schedule, now);
    }
    setNextRun(tx, row, next);
  }
}

/** True when the run that was set lies behind the next two: the clock was put back since. */
function isOutOfReach(nextRun: number, name: string, { schedule }: CronSpec, now: number): boolean {
  const next = nextCronTime(name, schedule, now);
  const second = next === null ? null : nextCronTime(name, schedule, next);
  return second !== null && nextRun > second;
}
