/**
 * The function runtime of the engine: runs queries, mutations, actions and HTTP actions of the code
 * that is loaded. This file joins the parts and holds no rule of its own.
 */
import type { Database } from "../store/database.ts";
import type { FileStore } from "../storage/fileStore.ts";
import type { AnalyzedFunction, AuthConfig, CronSpec } from "./analyzedFunction.ts";
import type { FunctionBundle } from "./bundle.ts";
import type {
  ActionOutcome,
  FunctionCall,
  MutationCall,
  MutationOutcome,
  QueryCall,
  QueryOutcome,
  RunningCall,
} from "./functionCall.ts";
import type { FunctionLog } from "./functionLog.ts";
import type { Identity } from "./identity.ts";
import type { SigningKey } from "./signingKey.ts";

export interface FunctionRunner {
  /**
   * Applies the schema of the code, then swaps to it; what runs now finishes on the old code.
   * @throws EmbeddedConvexError FUNCTIONS_INVALID naming the file, and what `applySchema` throws; the
   *   old code and schema stay.
   */
  load(bundle: FunctionBundle): Promise<void>;
  runQuery(call: QueryCall): Promise<QueryOutcome>;
  runMutation(call: MutationCall): Promise<MutationOutcome>;
  runAction(call: FunctionCall): Promise<ActionOutcome>;
  /** Routes to `http.ts`; 404 without a route, 500 when the handler throws. Never rejects for user errors. */
  runHttpAction(request: Request, identity: Identity): Promise<Response>;
  /** Undefined when there is no such function. */
  find(path: string): AnalyzedFunction | undefined;
  functions(): AnalyzedFunction[];
  crons(): ReadonlyMap<string, CronSpec>;
  authConfig(): AuthConfig | null;
  /** Called after each successful `load` or change of environment. */
  onLoad(listener: () => void): () => void;
  readonly environment: {
    list(): Readonly<Record<string, string>>;
    /** `undefined` removes. Modules are loaded anew, since they may read variables when they load. */
    set(changes: Readonly<Record<string, string | undefined>>): Promise<void>;
  };
  /** Waits for running actions at most `graceMs`, then ends their workers. */
  close(graceMs?: number): Promise<void>;
}

export interface FunctionRunnerDeps {
  readonly database: Database;
  readonly files: FileStore;
  readonly environment: Readonly<Record<string, string>>;
  /** Public addresses: CONVEX_CLOUD_URL and CONVEX_SITE_URL of the functions. */
  readonly cloudUrl: string;
  readonly siteUrl: string;
  readonly instanceName: string;
  /** Signs the tokens of `ctx.auth.signJwt`. */
  readonly signingKey: SigningKey;
  readonly log: (event: FunctionLog) => void;
  /** Told before user code gets the thread, so that a watchdog can name who blocks it. */
  readonly onEnter?: (call: RunningCall) => void;
  /** Ms since epoch. */
  readonly now?: () => number;
}
