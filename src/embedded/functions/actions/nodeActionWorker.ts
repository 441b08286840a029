/**
 * The thread in which the actions of "use node" files run, several at a time. Their system calls go
 * to the engine by message; the run that makes a call is found by the asynchronous context. Whatever
 * an action does to this thread, the engine's own thread goes on.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { pathToFileURL } from "node:url";
import { parentPort } from "node:worker_threads";
import type { HostOutcome, HostResult, JobOutcome, Thrown } from "../context/host.ts";
import { describeExports } from "../context/describeExports.ts";
import { describeThrown } from "../context/describeThrown.ts";
import { CONSOLE_METHODS, consoleWords, logText } from "../context/logText.ts";
import { LogLines } from "../logs/logLines.ts";
import type { NodeJob, Question, ToWorker } from "./actionMessages.ts";
import { EngineCalls } from "./engineCalls.ts";

type Invokable = { invokeAction(requestId: string, args: string): Promise<string> };
interface Run {
  readonly runId: number;
  readonly logs: LogLines;
  /** A rejection that nobody handled fails the whole run. */
  readonly fail: (thrown: unknown) => void;
}

const port = parentPort;
if (port === null) throw new Error("This file runs as a worker only.");
const engine = new EngineCalls(port);

const currentRun = new AsyncLocalStorage<Run>();

process.setSourceMapsEnabled(true);
installConvex();
installConsole();
process.on("unhandledRejection", (thrown) => {
  // On Convex it would end the process; here it must not take other actions with it.
  const run = currentRun.getStore();
  run?.fail(thrown);
  run?.logs.console("error", logText(["Unhandled promise rejection:", thrown]));
});

port.on("message", (message: ToWorker<NodeJob>) => {
  switch (message.type) {
    case "describe":
      void outcomeOf(async () => {
        const exports = await load(message.file);
        return JSON.stringify(describeExports(exports));
      }).then((outcome) =>
        engine.say({ type: "described", describeId: message.describeId, outcome }),
      );
      return;
    case "run":
      void run(message);
      return;
    case "abort": // is said of HTTP actions, which run elsewhere
      return;
    case "answer":
      engine.answered(message);
  }
});

async function run(message: ToWorker<NodeJob> & { type: "run" }): Promise<void> {
  const { runId, requestId, job } = message;
  const startedAt = performance.now();
  const logs = new LogLines({
    onLine: (line) => engine.say({ type: "line", runId, line }),
    elapsed: () => performance.now() - startedAt,
  });
  const dropped = Promise.withResolvers<never>();
  const outcome = await currentRun.run({ runId, logs, fail: dropped.reject }, () =>
    outcomeOf(async () => {
      const exports = await load(job.file);
      const action = exports[job.export] as Invokable;
      const ended = action.invokeAction(requestId, job.args);
      await Promise.race([dropped.promise, ended]);
      await new Promise((resolve) => setImmediate(resolve)); // in which dropped rejections show
      return await Promise.race([dropped.promise, ended]);
    }),
  );
  engine.say({ type: "ended", runId, outcome });
}

async function load(file: string): Promise<Record<string, unknown>> {
  return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
}

async function outcomeOf(task: () => Promise<string>): Promise<JobOutcome> {
  try {
    return { ok: true, value: await task() };
  } catch (error) {
    return { ok: false, thrown: describeThrown(error) satisfies Thrown };
  }
}

/** The global that `convex/server` calls. */
function installConvex(): void {
  const convex = {
    syscall(op: string): never {
      throw new Error(`${op} can only be used in queries and mutations.`);
    },
    async asyncSyscall(op: string, args: string): Promise<string> {
      const outcome = (await ask({ type: "syscall", op, args })) as HostOutcome;
      if (outcome.ok) return outcome.value;
      const error = new Error(outcome.message);
      throw outcome.data === undefined ? error : Object.assign(error, { data: outcome.data });
    },
    async jsSyscall(op: string, args: object): Promise<unknown> {
      const result = await ask({ type: "jsSyscall", op, args });
      if (result.ok) return result.value;
      throw new Error(result.message);
    },
  };
  Object.defineProperty(globalThis, "Convex", { value: Object.freeze(convex) });
}

function ask(question: Question): Promise<HostOutcome | HostResult> {
  const run = currentRun.getStore();
  if (run === undefined) {
    throw new Error(`${question.op} cannot be used while a module is being loaded.`);
  }
  return engine.ask(run.runId, question);
}

/** Lines go to the run that writes them; outside of any run, and from other methods, they go nowhere, as on Convex. */
function installConsole(): void {
  const { console } = globalThis;
  const hasLines = new Set(CONSOLE_METHODS.filter((method) => method !== "trace"));
  for (const [method, value] of Object.entries(console)) {
    if (typeof value !== "function") continue;
    Object.defineProperty(console, method, {
      value(...args: unknown[]): void {
        const run = currentRun.getStore();
        if (run === undefined || !hasLines.has(method)) return;
        const { text, label } = consoleWords(method, args);
        run.logs.console(method, text, label);
      },
    });
  }
}
