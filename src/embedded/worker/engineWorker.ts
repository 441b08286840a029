/**
 * The entry of the engine's thread: builds the engine from what the supervisor hands over, reports whether
 * it listens, answers requests, and beats so that the supervisor knows the thread is alive.
 */
import { parentPort, workerData } from "node:worker_threads";

import { EmbeddedConvexError } from "../embeddedConvexError.ts";
import type { FunctionLog } from "../functions/logs/functionLog.ts";
import { stretchGuard } from "../functions/isolate/stretchGuard.ts";
import { SchemaMismatchError } from "../store/databaseError.ts";
import { openEngine, type Engine } from "./engine.ts";
import { HeartbeatWriter } from "./heartbeat.ts";
import { offerCollection, recentHeldBytes } from "./threadMemory.ts";
import type { EngineWorkerData, FromWorker, ToWorker, WireError } from "./workerMessages.ts";

const BEAT_MS = 100;
/** Nobody waits for the end of an execution to be told; a hundred in one message cost little more than one. */
const TELL_ENDS_AFTER_MS = 20;

const port = parentPort;
if (port === null) throw new Error("engineWorker.ts runs in a worker thread only");

let unsentLogs: FunctionLog[] = [];

function tell(message: FromWorker): void {
  tellLogs();
  port?.postMessage(message);
}

/** Ends of executions are told together, since each message wakes the other thread; lines at once. */
function log(event: FunctionLog): void {
  unsentLogs.push(event);
  if (event.type === "line") tellLogs();
  else if (unsentLogs.length === 1) setTimeout(tellLogs, TELL_ENDS_AFTER_MS);
}

function tellLogs(): void {
  if (unsentLogs.length === 0) return;
  port?.postMessage({ type: "functionLogs", events: unsentLogs } satisfies FromWorker);
  unsentLogs = [];
}

const data = workerData as EngineWorkerData;
stretchGuard.share(data.stretch);
offerCollection();
const heartbeat = new HeartbeatWriter(data.heartbeat);
setInterval(() => {
  heartbeat.beat();
}, BEAT_MS);

/** Errors of the engine that belong to no request: it lives on, and somebody should know. */
function report(error: unknown): void {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  tell({ type: "engineError", message });
}

function asWireError(error: unknown): WireError {
  if (error instanceof EmbeddedConvexError) return { code: error.code, message: error.message };
  if (error instanceof SchemaMismatchError) {
    return { code: "SCHEMA_MISMATCH", message: error.message };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: "ENGINE_FAILED", message };
}

async function handle(engine: Engine, request: ToWorker): Promise<unknown> {
  switch (request.name) {
    case "load":
      await engine.load(request.body);
      return null;
    case "setEnvironment":
      await engine.setEnvironment(request.body);
      return null;
    case "stats":
      return engine.stats();
    case "recover":
      stretchGuard.recover(request.body);
      return null;
    case "close":
      await engine.close();
      return null;
  }
}

// A stray rejection must not take down everybody's functions. Those of functions are theirs: nothing is looked at
// here that their code has thrown (unhandledRejections.ts does so where it can be cut off).
process.on("unhandledRejection", (reason, promise) => {
  if (promise instanceof Promise) report(reason);
});

try {
  const engine = await openEngine({
    ...data,
    log,
    onEnter: (call) => {
      heartbeat.enter(call, recentHeldBytes());
    },
    onPushed: (bundle) => {
      tell({ type: "pushed", bundle });
    },
    onError: report,
  });
  port.on("message", (request: ToWorker) => {
    handle(engine, request).then(
      (body) => {
        tell({ type: "reply", id: request.id, ok: true, body });
      },
      (error: unknown) => {
        tell({ type: "reply", id: request.id, ok: false, error: asWireError(error) });
      },
    );
  });
  tell({ type: "ready", port: engine.port, sitePort: engine.sitePort });
} catch (error) {
  tell({ type: "failed", error: asWireError(error) });
  port.close();
  process.exit(); // of this thread: ends whatever was opened before the failure
}
