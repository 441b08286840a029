/**
 * The doors of the function runtime: what an outside caller hands in and what it gets back. Values
 * are in Convex's JSON form throughout. Errors of user code are outcomes, not exceptions; a rejected
 * promise means that the engine itself could not do its work.
 */
import type { JSONValue } from "../values/jsonValue.ts";
import type { ReadSet } from "../transaction/readSet.ts";
import type { Transaction } from "../transaction/transaction.ts";
import type { FunctionKind } from "./logs/functionLog.ts";
import type { Identity } from "./identity.ts";

/** What a function may learn about the request that reached it. */
export interface RequestMetadata {
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** Who calls: a client, who may reach public functions, or code of the deployment, which reaches all. */
export type Origin = "outside" | "code";

export interface FunctionCall {
  /** `module/path:export`; a missing export means `default`, a `.js` suffix is ignored. */
  readonly path: string;
  /** The arguments array as it travels: one object. */
  readonly args: JSONValue[];
  readonly identity: Identity;
  readonly request?: RequestMetadata;
  /** The job that this call is the run of. */
  readonly scheduledFunctionId?: string;
}

export interface QueryCall extends FunctionCall {
  /** The journal of the last run of the same subscription: keeps the ends of pages fixed. */
  readonly journal?: string | null;
  /** Run at this commit instead of the newest one (microseconds). */
  readonly ts?: number;
}

/** Work that commits together with a mutation: the scheduler's bookkeeping. */
export interface Companion {
  /** Before the function; false: it must not run (any more). */
  before(tx: Transaction): boolean;
  /** After the function succeeded. */
  after(tx: Transaction): void;
}

export interface MutationCall extends FunctionCall {
  readonly companion?: Companion;
  /** A repeat with the same pair answers with the first outcome instead of running again. */
  readonly sessionRequest?: { readonly sessionId: string; readonly requestId: number };
}

export interface Failure {
  readonly ok: false;
  /** `[Request ID: …] Server Error`, a newline, and the error with its stack. */
  readonly errorMessage: string;
  /** JSON form of a thrown ConvexError's data; absent for any other error. */
  readonly errorData?: JSONValue;
  /**
   * Nothing is wrong with the call, and nothing of it was kept: other commits were faster each time, or the
   * disk is full. It may succeed later.
   */
  readonly isTransient?: true;
  readonly logLines: string[];
}

interface QueryTrace {
  /** What the result depends on, also after a failure. */
  readonly reads: ReadSet;
  readonly ts: number;
  /** The function asked who calls: the result holds for this identity only. */
  readonly usesIdentity: boolean;
  readonly journal: string | null;
}

export type QueryOutcome = QueryTrace &
  ({ readonly ok: true; readonly value: JSONValue; readonly logLines: string[] } | Failure);

export type MutationOutcome =
  | {
      readonly ok: true;
      readonly value: JSONValue;
      /** The commit (microseconds); for a mutation that wrote nothing, its snapshot. */
      readonly ts: number;
      readonly logLines: string[];
    }
  | Failure;

export type ActionOutcome =
  { readonly ok: true; readonly value: JSONValue; readonly logLines: string[] } | Failure;

/** What has the engine's thread right now: told to `onEnter` before user code gets control. */
export interface RunningCall {
  readonly kind: Exclude<FunctionKind, "action" | "httpAction">;
  readonly path: string;
  readonly args: JSONValue[];
  readonly sessionRequest?: { readonly sessionId: string; readonly requestId: number };
}
