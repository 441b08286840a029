/**
 * The `Host` that a context of the default runtime talks to: finds the execution that is calling and
 * hands the call to it. While it works the execution's clock stands still.
 */
import { webcrypto } from "node:crypto";
import type { Host, HostOutcome, HostResult } from "../context/host.ts";
import { EXCESS_MESSAGES } from "./excess.ts";
import type { Execution } from "./execution.ts";
import { currentExecution } from "./functionContext.ts";
import { HOST_GLOBALS } from "./hostGlobals.ts";
import type { RunState } from "./runState.ts";

export interface IsolateHostDeps {
  readonly componentOf: (path: string) => {
    readonly environment: Readonly<Record<string, string>>;
  };
  /** What runs while modules load, outside any function. */
  readonly loading: Execution;
  /** Ms of its own code a function may use; undefined for actions. */
  readonly userTimeLimitMs: number | undefined;
  /** Runs a task in the context: settles promises there and lets their continuations run. */
  readonly deliver: (task: () => void) => void;
  /** True when the guard of this stretch is about to strike, whoever may be running then. */
  readonly isStretchLong: () => boolean;
  /** Told when the engine works on behalf of the context, and when it is done. */
  readonly setInHost: (isInHost: boolean) => boolean;
}

export function createIsolateHost(deps: IsolateHostDeps): Host {
  const startedAt = performance.now();
  const madeAt = deps.loading.now();
  const current = () => currentExecution() ?? deps.loading;
  function work<T>(task: (execution: Execution) => T): T {
    const execution = current();
    const wasInHost = deps.setInHost(true);
    const wasRunning = execution.run.pauseClock();
    try {
      return task(execution);
    } finally {
      if (wasRunning) execution.run.startClock();
      deps.setInHost(wasInHost);
    }
  }
  const isOutOfTime = (execution: Execution) =>
    deps.userTimeLimitMs !== undefined && execution.run.hasExceeded(deps.userTimeLimitMs);
  return {
    ...createAsyncOperations(deps, current),
    ...createTimers(current),
    globals: HOST_GLOBALS,
    component: () => deps.componentOf(current().component),
    now: () => current().now(),
    elapsed: () =>
      deps.userTimeLimitMs === undefined ? performance.now() - startedAt : current().now() - madeAt,
    random: () => current().random.next(),
    fillRandom: (bytes) => current().random.fill(bytes),
    refusal: (capability) => current().refusal(capability),
    console: (method, text, label) => work((execution) => execution.console(method, text, label)),
    syscall: (op, args) =>
      work((execution) => {
        if (isOutOfTime(execution)) return { ok: false, message: EXCESS_MESSAGES.time };
        try {
          return { ok: true, value: execution.syscall(op, args) };
        } catch (error) {
          return { ok: false, message: messageOf(error) };
        }
      }),
    asyncSyscall: (op, args, settle) =>
      work((execution) => {
        const tell = deps.isStretchLong() ? later(deps, settle) : settle;
        if (isOutOfTime(execution)) settle({ ok: false, message: EXCESS_MESSAGES.time });
        else execution.asyncSyscall(op, args, noting(execution.run, tell));
      }),
  };
}

type Settle = (outcome: HostOutcome) => void;

function noting(run: RunState, settle: Settle): Settle {
  return (outcome) => {
    if (!outcome.ok) run.mayBreak = true;
    settle(outcome);
  };
}

/** Answers in the next stretch: much reading is the engine's time, for which nobody is to be cut off. */
function later(deps: IsolateHostDeps, settle: Settle): Settle {
  return (outcome) => deps.deliver(() => settle(outcome));
}

/** Calls whose answer comes later and is no text. */
function createAsyncOperations(
  deps: IsolateHostDeps,
  current: () => Execution,
): Pick<Host, "jsSyscall" | "subtle" | "fetch"> {
  function settleLater(
    operation: () => Promise<unknown>,
    settle: (result: HostResult) => void,
  ): void {
    const { run } = current();
    run.beginOperation();
    const end = (result: HostResult) => {
      deps.deliver(() => settle(result));
      run.endOperation();
    };
    // The operation may throw before it has a promise to reject.
    Promise.resolve()
      .then(operation)
      .then(
        (value) => end({ ok: true, value }),
        (error: unknown) => end({ ok: false, message: messageOf(error), name: nameOf(error) }),
      );
  }
  return {
    jsSyscall(op, args, settle) {
      const execution = current();
      settleLater(() => execution.jsSyscall(op, args), settle);
    },
    subtle(method, args, settle) {
      const subtle = webcrypto.subtle as unknown as Record<string, SubtleMethod>;
      settleLater(async () => await subtle[method]?.call(webcrypto.subtle, ...args), settle);
    },
    fetch: (request, init) => fetch(request as Request, init as RequestInit),
  };
}
type SubtleMethod = (...args: unknown[]) => Promise<unknown>;

function createTimers(
  current: () => Execution,
): Pick<Host, "setTimer" | "failTimer" | "clearTimer"> {
  const timers = new Map<number, NodeJS.Timeout>();
  let lastId = 0;
  return {
    setTimer(task, delayMs, repeats) {
      const { run } = current();
      const id = ++lastId;
      const timer = repeats ? setInterval(task, delayMs) : setTimeout(fire, delayMs);
      function fire(): void {
        timers.delete(id);
        run.timers.delete(timer);
        task();
      }
      timers.set(id, timer);
      run.timers.add(timer); // stopped with the function that started it
      return id;
    },
    failTimer: (thrown) => current().run.fail(thrown),
    clearTimer(id) {
      const timer = timers.get(id);
      if (timer === undefined) return;
      clearTimeout(timer);
      timers.delete(id);
      current().run.timers.delete(timer);
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "Error";
}
