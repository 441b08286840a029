/**
 * The thread in which actions and HTTP actions of the default runtime run, several at a time, in one context. Their system
 * calls go to the engine by message.
 */
import { randomBytes } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import type { IsolateJob, ToWorker } from "./actionMessages.ts";
import { adoptContextSource } from "../isolate/contextCode.ts";
import type { HostOutcome, JobOutcome } from "../context/host.ts";
import { EngineCalls } from "./engineCalls.ts";
import type { Execution } from "../isolate/execution.ts";
import { Isolate } from "../isolate/isolate.ts";
import { moved, requestOf, responseMessage } from "./httpMessages.ts";
import { ACTION_LIMIT_MS, type IsolateCode } from "./isolateActions.ts";
import { LogLines } from "../logs/logLines.ts";
import { RandomSource } from "../isolate/randomSource.ts";
import { RunState } from "../isolate/runState.ts";
import { attendToRejections } from "../isolate/unhandledRejections.ts";

const port = parentPort;
if (port === null) throw new Error("This file runs as a worker only.");
const engine = new EngineCalls(port);
const code = workerData as IsolateCode;
/** Of HTTP actions, by the number of the run. */
const connections = new Map<number, AbortController>();
const ALIVE: JobOutcome = { ok: true, value: "[]" };

adoptContextSource(code.contextSource);
attendToRejections();
const isolate = await Isolate.create({ mode: "actions", loadedAt: code.loadedAt });
for (const { instance, source } of code.components) isolate.install(instance, { source });

port.on("message", (message: ToWorker<IsolateJob>) => {
  switch (message.type) {
    case "describe": // asks only whether this thread still answers
      engine.say({ type: "described", describeId: message.describeId, outcome: ALIVE });
      return;
    case "run":
      void run(message.runId, message.job);
      return;
    case "abort":
      connections.get(message.runId)?.abort();
      return;
    case "answer":
      engine.answered(message);
  }
});

async function run(runId: number, job: IsolateJob): Promise<void> {
  const execution = executionOf(runId, job);
  const outcome =
    job.kind === "action"
      ? await isolate.runAction(execution, job)
      : await respond(runId, execution, job);
  engine.say({ type: "ended", runId, outcome });
}

/** Ends with the body of the response. */
async function respond(
  runId: number,
  execution: Execution,
  job: IsolateJob & { kind: "httpAction" },
): Promise<JobOutcome> {
  const connection = new AbortController();
  connections.set(runId, connection);
  try {
    const request = requestOf(job.request, connection.signal);
    const outcome = await isolate.runAction(execution, { ...job, request });
    if (!outcome.ok || outcome.value === null) return outcome;
    if (!(outcome.value instanceof Response)) return { ok: true, value: undefined };
    const { message, sent } = responseMessage(outcome.value, connection.signal);
    engine.say({ type: "responded", runId, response: message }, moved(message));
    await sent;
    return { ok: true, value: null };
  } finally {
    connections.delete(runId);
    const stopTimers = (): void => execution.run.stopTimers();
    // What the function goes on with when its reader has left may wait for timers.
    if (connection.signal.aborted) setTimeout(stopTimers, ACTION_LIMIT_MS).unref();
    else stopTimers();
  }
}

function executionOf(runId: number, { component }: IsolateJob): Execution {
  const startedAt = performance.now();
  const logs = new LogLines({
    onLine: (line) => engine.say({ type: "line", runId, line }),
    elapsed: () => performance.now() - startedAt,
  });
  return {
    component,
    now: () => Date.now(),
    random: new RandomSource(randomBytes(16)),
    run: new RunState(),
    refusal: () => null,
    console: (method, text, label) => logs.console(method, text, label),
    syscall(op) {
      throw new Error(`${op} can only be used in queries and mutations.`);
    },
    asyncSyscall(op, args, settle) {
      void engine.ask(runId, { type: "syscall", op, args }).then((outcome) => {
        settle(outcome as HostOutcome);
      });
    },
    async jsSyscall(op, args) {
      const result = await engine.ask(runId, { type: "jsSyscall", op, args });
      if (result.ok) return result.value;
      throw new Error(result.message);
    },
  };
}
