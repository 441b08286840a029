/**
 * Runs actions and HTTP actions. They belong to no transaction: what they call commits by itself, and
 * an action that fails, or that the engine loses, undoes nothing and is not run again.
 */
import { actionContext } from "./actionContext.ts";
import { ActionExecution } from "./actionExecution.ts";
import type { ActionScope } from "./actionScope.ts";
import type { AnalyzedFunction } from "./analyzedFunction.ts";
import type { CallLog } from "./callLog.ts";
import { createCallLog } from "./callLog.ts";
import type { JobOutcome } from "./context/host.ts";
import type { FunctionCall, Origin, RunningCall } from "./functionCall.ts";
import { endOf } from "./functionEnd.ts";
import type { FunctionEnd } from "./functionEnd.ts";
import { failureOf, FunctionFailure, newRequestId } from "./functionFailure.ts";
import { canonicalPath, splitPath } from "./functionPath.ts";
import { httpFailure, httpNotFound } from "./httpAnswers.ts";
import type { Identity } from "./identity.ts";
import type { LoadedCode } from "./loadedCode.ts";
import type { NestedRuns } from "./nestedRuns.ts";
import { nodeTraces } from "./nodeTraces.ts";
import type { RunnerDeps } from "./runnerDeps.ts";
import { checkArguments, checkFound, checkResult } from "./validateCall.ts";

export const ACTION_LIMIT_MS = 1_800_000; // Convex's limit for the default runtime

export interface ActionRun {
  readonly end: FunctionEnd;
  readonly requestId: string;
  readonly logLines: string[];
}

export class ActionRunner {
  readonly #deps: RunnerDeps;
  readonly #runs: NestedRuns;
  readonly #running = new Set<Promise<unknown>>();

  /** @param runs how actions call other functions */
  constructor(deps: RunnerDeps, runs: NestedRuns) {
    this.#deps = deps;
    this.#runs = runs;
  }

  async action(call: FunctionCall, origin: Origin): Promise<ActionRun> {
    const path = canonicalPath(call.path);
    const requestId = newRequestId();
    const log = this.#log(path, "action", requestId);
    const end = await this.#track(this.#run({ ...call, path }, origin, requestId, log));
    log.end(end.ok ? null : end.failure.message);
    return { end, requestId, logLines: log.lines.lines };
  }

  async #run(
    call: FunctionCall,
    origin: Origin,
    requestId: string,
    log: CallLog,
  ): Promise<FunctionEnd> {
    const code = this.#deps.code();
    const idBelongsTo = this.#idBelongsTo();
    let called: AnalyzedFunction;
    let args: string;
    try {
      called = checkFound(code.functions, call.path, "action", origin, call.identity);
      args = checkArguments(called, call.args, idBelongsTo);
    } catch (error) {
      if (error instanceof FunctionFailure) return { ok: false, failure: error };
      throw error;
    }
    const running: RunningCall = { kind: "action", path: call.path, args: call.args };
    const scope = this.#scope({ ...call, requestId, code, log }, called);
    const isNode = called.environment === "node";
    const outcome = isNode
      ? await runInNode(code, scope, called, args)
      : await this.#runHere(code, scope, running, { kind: "action", ...moduleOf(called), args });
    const traces = isNode ? nodeTraces(code.bundle.functionsDir) : code.traces;
    if (!outcome.ok) return { ok: false, failure: failureOf(outcome.thrown, traces) };
    return endOf(() => checkResult(called, String(outcome.value), idBelongsTo));
  }

  async #runHere(
    code: LoadedCode,
    scope: ActionScope,
    running: RunningCall,
    job: Parameters<Awaited<ReturnType<LoadedCode["forActions"]>>["runAction"]>[1],
  ): Promise<JobOutcome> {
    const isolate = await code.forActions();
    const onResume = () => this.#deps.onEnter(running);
    onResume();
    const execution = new ActionExecution(scope, onResume);
    const broken = execution.run.broken.then((thrown) => ({ ok: false, thrown }) as const);
    return await withLimit(Promise.race([isolate.runAction(execution, job), broken]));
  }

  /** Never rejects: what goes wrong becomes an answer. */
  async httpAction(request: Request, identity: Identity): Promise<Response> {
    const { pathname } = new URL(request.url);
    const code = this.#deps.code();
    if (code.routes === null) {
      return httpNotFound("This Convex deployment does not have HTTP actions enabled.");
    }
    const path = `${request.method} ${pathname}`;
    const requestId = newRequestId();
    const log = this.#log(path, "httpAction", requestId);
    const scope = this.#scope({ identity, requestId, code, log }, undefined);
    const running: RunningCall = { kind: "httpAction", path, args: [] };
    const job = { kind: "httpAction", request, path: pathname } as const;
    const outcome = await this.#track(this.#runHere(code, scope, running, job));
    if (outcome.ok && outcome.value === null) {
      return httpNotFound(`No HttpAction routed for ${pathname}`);
    }
    const failure = outcome.ok
      ? checkResponse(outcome.value)
      : failureOf(outcome.thrown, code.traces);
    log.end(failure?.message ?? null);
    if (failure !== null) return httpFailure(failure, requestId);
    return (outcome as { value: Response }).value;
  }

  /** Resolves when no action runs, or after `graceMs`. */
  async drained(graceMs: number): Promise<void> {
    const grace = new Promise<void>((resolve) => setTimeout(resolve, graceMs).unref());
    await Promise.race([Promise.allSettled(this.#running), grace]);
  }

  async #track<T>(run: Promise<T>): Promise<T> {
    this.#running.add(run);
    try {
      return await run;
    } finally {
      this.#running.delete(run);
    }
  }

  #scope(
    call: Parameters<typeof actionContext>[1],
    called: AnalyzedFunction | undefined,
  ): ActionScope {
    return { call: actionContext(this.#deps.services, call), called, runs: this.#runs };
  }

  #log(path: string, kind: "action" | "httpAction", requestId: string): CallLog {
    const { log, services } = this.#deps;
    return createCallLog({ path, kind, requestId }, { log, now: services.now });
  }

  #idBelongsTo() {
    const { database } = this.#deps.services;
    return (table: string, id: string): boolean => {
      const tx = database.begin("query");
      const normalized = tx.normalizeId(table, id);
      tx.close();
      return normalized !== null;
    };
  }
}

async function runInNode(
  code: LoadedCode,
  scope: ActionScope,
  called: AnalyzedFunction,
  args: string,
): Promise<JobOutcome> {
  const { module, name } = splitPath(called.path);
  const file = code.bundle.node.get(module);
  if (file === undefined) throw new Error(`${module} was not built for Node.`);
  return await code.nodeActions.run(scope, { file, export: name, args });
}

function moduleOf(called: AnalyzedFunction): { module: string; export: string } {
  const { module, name } = splitPath(called.path);
  return { module, export: name };
}

function checkResponse(value: unknown): FunctionFailure | null {
  return value instanceof Response
    ? null
    : new FunctionFailure("Uncaught TypeError: An HTTP action must return a Response.");
}

/** Answers when the limit is passed; what the action still does goes unheard. */
async function withLimit(running: Promise<JobOutcome>): Promise<JobOutcome> {
  const seconds = ACTION_LIMIT_MS / 1_000;
  const message = `Function execution timed out (maximum duration: ${seconds}s)`;
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<JobOutcome>((resolve) => {
    const late: JobOutcome = { ok: false, thrown: { name: "", message, stack: "" } };
    timer = setTimeout(() => resolve(late), ACTION_LIMIT_MS);
    timer.unref();
  });
  try {
    return await Promise.race([running, limit]);
  } finally {
    clearTimeout(timer);
  }
}
