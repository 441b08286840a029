/**
 * Runs actions and HTTP actions. They belong to no transaction: what they call commits by itself, and
 * an action that fails, or that the engine loses, undoes nothing and is not run again.
 */
import { actionContext } from "./actionContext.ts";
import type { ActionScope } from "./actionScope.ts";
import type { AnalyzedFunction } from "../code/analyzedFunction.ts";
import type { CallLog } from "../logs/callLog.ts";
import { createCallLog } from "../logs/callLog.ts";
import type { JobOutcome } from "../context/host.ts";
import type { FunctionCall, Origin } from "../functionCall.ts";
import { endOf } from "../functionEnd.ts";
import type { FunctionEnd } from "../functionEnd.ts";
import { failureOf, FunctionFailure, newRequestId } from "../functionFailure.ts";
import { canonicalPath, inComponent, splitPath } from "../functionPath.ts";
import { httpFailure, httpNotFound } from "./httpAnswers.ts";
import { moved, requestMessage } from "./httpMessages.ts";
import { acrossComponents } from "../identity.ts";
import type { Identity } from "../identity.ts";
import { readSnapshot } from "../transactions/commitWrite.ts";
import type { IdCheck } from "../../values/validator.ts";
import type { LoadedCode } from "../code/loadedCode.ts";
import type { NestedRuns } from "./nestedRuns.ts";
import { nodeTraces } from "./nodeTraces.ts";
import { isKeptFrom } from "../logs/redaction.ts";
import type { RunnerDeps } from "../runnerDeps.ts";
import { checkArguments, checkFound, checkResult } from "../validateCall.ts";

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
    const idBelongsTo = this.#idCheck(call.path);
    let called: AnalyzedFunction;
    let args: string;
    try {
      called = checkFound(code.functions, call.path, "action", origin, call.identity);
      args = checkArguments(called, call.args, idBelongsTo);
    } catch (error) {
      if (error instanceof FunctionFailure) return { ok: false, failure: error };
      throw error;
    }
    const { component } = called;
    const scope = this.#scope({ ...call, requestId, code, log }, component, called);
    const isNode = called.environment === "node";
    const outcome = isNode
      ? await runInNode(code, scope, called, args)
      : await (await code.forActions()).run(scope, { ...moduleOf(called), args });
    const traces = isNode ? nodeTraces(code.bundle.functionsDir) : code.traces;
    if (!outcome.ok) return { ok: false, failure: failureOf(outcome.thrown, traces) };
    return endOf(() => checkResult(called, String(outcome.value), idBelongsTo));
  }

  /** Never rejects: what goes wrong becomes an answer. */
  async httpAction(request: Request, identity: Identity): Promise<Response> {
    const { pathname } = new URL(request.url);
    const code = this.#deps.code();
    if (code.routers.size === 0) {
      return httpNotFound("This Convex deployment does not have HTTP actions enabled.");
    }
    const route = routeOf(code, pathname);
    if (route === null) return httpNotFound(`No HttpAction routed for ${pathname}`);
    const { component } = route;
    const asAddressed = `${request.method} ${pathname}`; // which component answers is not known outside
    const path = inComponent(component, asAddressed);
    const requestId = newRequestId();
    const log = this.#log(path, "httpAction", requestId);
    const asked = component === "" ? identity : acrossComponents(identity);
    const scope = this.#scope({ identity: asked, requestId, code, log }, component, undefined);
    const message = requestMessage(request);
    const job = { kind: "httpAction", request: message, ...route } as const;
    const connection = { signal: request.signal, moved: moved(message) };
    const running = code.forActions().then((workers) => workers.run(scope, job, connection));
    const outcome = await this.#track(running);
    if (outcome.ok && outcome.value === null) {
      return httpNotFound(`No HttpAction routed for ${pathname}`);
    }
    const failure = outcome.ok
      ? checkResponse(outcome.value)
      : failureOf(outcome.thrown, code.traces);
    log.end(failure?.message ?? null);
    const isRedacted = isKeptFrom(identity, this.#deps.redactsErrors);
    if (failure !== null) return httpFailure(failure, requestId, isRedacted);
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
    component: string,
    called: AnalyzedFunction | undefined,
  ): ActionScope {
    return { call: actionContext(this.#deps.services, call), component, called, runs: this.#runs };
  }

  #log(path: string, kind: "action" | "httpAction", requestId: string): CallLog {
    const { log, services } = this.#deps;
    return createCallLog({ path, kind, requestId }, { log, now: services.now });
  }

  #idCheck(path: string): IdCheck {
    const { component } = splitPath(path);
    const { database } = this.#deps.services;
    return (table, id) =>
      readSnapshot(database, (tx) => tx.inComponent(component).normalizeId(table, id) !== null);
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

function moduleOf(called: AnalyzedFunction) {
  const { component, module, name } = splitPath(called.path);
  return { kind: "action", component, module, export: name } as const;
}

/** Whose router answers, and the path as that router knows it. The longest prefix wins. */
function routeOf(code: LoadedCode, pathname: string): { component: string; path: string } | null {
  const app = { component: "", prefix: code.httpPrefix };
  const [best] = [app, ...code.mounts]
    .filter(({ component, prefix }) => code.routers.has(component) && pathname.startsWith(prefix))
    .sort((a, b) => b.prefix.length - a.prefix.length);
  if (best === undefined) return null;
  return { component: best.component, path: pathname.slice(best.prefix.length - 1) };
}

function checkResponse(value: unknown): FunctionFailure | null {
  return value instanceof Response
    ? null
    : new FunctionFailure("Uncaught TypeError: An HTTP action must return a Response.");
}
