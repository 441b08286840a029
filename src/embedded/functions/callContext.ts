/**
 * What all executions of one top-level call share: the call itself and the calls nested in it write to
 * the same log and are measured together.
 */
import type { RequestMetadata } from "./functionCall.ts";
import type { Identity } from "./identity.ts";
import type { FunctionTable } from "./code/functionTable.ts";
import type { LogLines } from "./logs/logLines.ts";
import type { RunState } from "./isolate/runState.ts";
import type { RuntimeServices } from "./runtimeServices.ts";

export interface CallContext {
  readonly services: RuntimeServices;
  readonly code: FunctionTable;
  /** Who made the top-level call. */
  readonly identity: Identity;
  readonly requestId: string;
  readonly request: RequestMetadata | undefined;
  /** The job that this call is the run of, if any. */
  readonly scheduledFunctionId: string | undefined;
  readonly logs: LogLines;
  readonly run: RunState;
  /** Ms since epoch. */
  readonly startedAt: number;
}
