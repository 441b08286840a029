/** What a job must say about itself. One file a job; jobs/registry lists them all. Rules JB in SPEC.md. */
import type { FunctionReference } from "convex/server";
import type { Id } from "../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../_generated/server.js";
import type { AppErrorData } from "../contract/errors.ts";
import type { JobInput } from "./tables.ts";

/** What a job's action is called with. It must do its work so that it may be done again (rule JB3). */
export type JobCall = { jobId: Id<"jobs">; input: JobInput };

export interface JobDefinition {
  action: FunctionReference<"action", "internal", JobCall, null>;
  maxAttempts: number;
  firstBackoffMs: number; // doubles with each attempt, plus up to half of it by chance
  label: string; // for people, until the action says more
  /** While a job of this key is alive a second one is not made. */
  idempotencyKey: (input: JobInput) => string;
  /** False once what the job is about is gone: it is then cancelled instead of run. */
  isWanted: (ctx: QueryCtx, input: JobInput) => Promise<boolean>;
  /** In the transaction that marks the job succeeded. */
  onSucceeded: (ctx: MutationCtx, input: JobInput) => Promise<void>;
  /** In the transaction that parks the job: tells its subject. */
  onDead: (ctx: MutationCtx, input: JobInput, failure: AppErrorData) => Promise<void>;
  /** In the transaction that revives a parked job: its subject is at work again. */
  onRevived: (ctx: MutationCtx, input: JobInput) => Promise<void>;
}
