/**
 * The function runtime of the engine: runs queries, mutations, actions and HTTP actions of the code
 * that is loaded, and swaps that code. This file joins the parts; the rules are theirs.
 */
import { ActionRunner } from "./actions/actionRunner.ts";
import type { AnalyzedFunction, AuthConfig, CronSpec } from "./code/analyzedFunction.ts";
import type { FunctionBundle } from "./build/bundle.ts";
import { CodeHolder } from "./code/codeHolder.ts";
import type {
  ActionOutcome,
  FunctionCall,
  MutationCall,
  MutationOutcome,
  QueryCall,
  QueryOutcome,
  RunningCall,
} from "./functionCall.ts";
import { outcomeOf } from "./functionEnd.ts";
import type { FunctionLog } from "./logs/functionLog.ts";
import { canonicalPath } from "./functionPath.ts";
import type { Identity } from "./identity.ts";
import { withInlineQuery, type InlineQuery } from "./inlineQuery.ts";
import type { LoadedCode } from "./code/loadedCode.ts";
import { redaction } from "./logs/redaction.ts";
import type { RunnerDeps } from "./runnerDeps.ts";
import type { RuntimeServices } from "./runtimeServices.ts";
import type { JSONValue } from "../values/jsonValue.ts";
import { attendToRejections } from "./isolate/unhandledRejections.ts";
import { TransactionRunner } from "./transactions/transactionRunner.ts";

export interface FunctionRunner {
  /**
   * Applies the schema of the code, then swaps to it; what runs now finishes on the old code.
   * @throws EmbeddedConvexError FUNCTIONS_INVALID naming the file, and what `applySchema` throws; the
   *   old code and schema stay.
   */
  readonly load: (bundle: FunctionBundle) => Promise<void>;
  /** Evaluates code without running it: what it defines can be seen. @throws as `load` does */
  readonly evaluate: (bundle: FunctionBundle) => Promise<LoadedCode>;
  /** What `load` does with code that is evaluated already. Takes it over, also when it fails. */
  readonly install: (code: LoadedCode) => Promise<void>;
  /** The code that runs now. */
  readonly current: () => LoadedCode;
  runQuery(call: QueryCall): Promise<QueryOutcome>;
  runMutation(call: MutationCall): Promise<MutationOutcome>;
  runAction(call: FunctionCall): Promise<ActionOutcome>;
  /** Runs a query that is no part of the code, as an operator's. @throws EmbeddedConvexError FUNCTIONS_INVALID */
  runInlineQuery(query: InlineQuery, args: JSONValue[]): Promise<ActionOutcome>;
  /** Routes to `http.ts`; 404 without a route, 500 when the handler throws. */
  runHttpAction(request: Request, identity: Identity): Promise<Response>;
  /** Undefined when there is no such function. */
  find(path: string): AnalyzedFunction | undefined;
  functions(): AnalyzedFunction[];
  crons(): ReadonlyMap<string, CronSpec>;
  authConfig(): AuthConfig | null;
  /** Called after each successful `load` or change of environment. */
  readonly onLoad: (listener: () => void) => () => void;
  readonly environment: {
    list(): Readonly<Record<string, string>>;
    /** `undefined` removes. Modules are loaded anew, since they may read variables when they load. */
    set(changes: Readonly<Record<string, string | undefined>>): Promise<void>;
  };
  /** Waits for running actions at most `graceMs`, then ends their workers. */
  close(graceMs?: number): Promise<void>;
}

export interface FunctionRunnerDeps extends Omit<RuntimeServices, "now"> {
  readonly environment: Readonly<Record<string, string>>;
  /** Public address of HTTP actions: CONVEX_SITE_URL of the functions. */
  readonly siteUrl: string;
  readonly log: (event: FunctionLog) => void;
  /** Told before user code gets the thread, so that a watchdog can name who blocks it. */
  readonly onEnter?: (call: RunningCall) => void;
  /** Clients are not told of errors and log lines, as on a production deployment. Default: they are. */
  readonly redactsErrors?: boolean;
  /** Ms since epoch. */
  readonly now?: () => number;
}

const CLOSE_GRACE_MS = 5_000;

function ignore(): void {
  // Nobody wants to know.
}

export function createFunctionRunner(deps: FunctionRunnerDeps): FunctionRunner {
  const { now = Date.now, log, onEnter = ignore, redactsErrors = false, ...services } = deps;
  const holder = new CodeHolder(deps, now);
  const runnerDeps: RunnerDeps = {
    services: { ...services, now },
    code: () => holder.current(),
    ...{ log, onEnter, redactsErrors },
  };
  const transactions = new TransactionRunner(runnerDeps);
  const actions: ActionRunner = new ActionRunner(runnerDeps, {
    query: async (call) => (await transactions.query(call, "code")).end,
    mutation: async (call) => (await transactions.mutation(call, "code")).end,
    action: async (call) => (await actions.action(call, "code")).end,
  });
  const told = redaction(redactsErrors);
  const current = (): LoadedCode => holder.current();
  const stopAttending = attendToRejections();
  return {
    current,
    load: (bundle) => holder.load(bundle),
    evaluate: (bundle) => holder.evaluate(bundle),
    install: (code) => holder.install(code),
    onLoad: (listener) => holder.onLoad(listener),
    environment: {
      list: () => holder.variables(),
      set: (changes) => holder.changeVariables(changes),
    },
    async runQuery(call) {
      const { end, requestId, logLines, ...trace } = await transactions.query(call, "outside");
      return { ...trace, ...told(outcomeOf(end, requestId, logLines), call) };
    },
    async runMutation(call) {
      const run = await transactions.mutation(call, "outside");
      const outcome = told(outcomeOf(run.end, run.requestId, run.logLines), call);
      if (outcome.ok) return { ...outcome, ts: run.ts };
      return run.isTransient === true ? { ...outcome, isTransient: true } : outcome;
    },
    async runAction(call) {
      const { end, requestId, logLines } = await actions.action(call, "outside");
      return told(outcomeOf(end, requestId, logLines), call);
    },
    async runInlineQuery(query, args) {
      const { code, path } = await withInlineQuery(current(), query);
      const runner = new TransactionRunner({ ...runnerDeps, code: () => code });
      const asOperator = { path, args, identity: { kind: "admin" } } as const;
      const { end, requestId, logLines } = await runner.query(asOperator, "outside");
      return outcomeOf(end, requestId, logLines);
    },
    runHttpAction: (request, identity) => actions.httpAction(request, identity),
    find: (path) => current().functions.get(canonicalPath(path)),
    functions: () => [...current().functions.values()],
    crons: () => current().crons,
    authConfig: () => current().authConfig,
    async close(graceMs = CLOSE_GRACE_MS) {
      await actions.drained(graceMs);
      await holder.close();
      stopAttending();
    },
  };
}
