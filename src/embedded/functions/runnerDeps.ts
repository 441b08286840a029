/** What the runners of transactions and of actions need from their composition. */
import type { RunningCall } from "./functionCall.ts";
import type { FunctionLog } from "./logs/functionLog.ts";
import type { LoadedCode } from "./code/loadedCode.ts";
import type { RuntimeServices } from "./runtimeServices.ts";

export interface RunnerDeps<Code = LoadedCode> {
  readonly services: RuntimeServices;
  /** The code that new calls run on. */
  readonly code: () => Code;
  readonly log: (event: FunctionLog) => void;
  /** Told before user code gets the thread. */
  readonly onEnter: (call: RunningCall) => void;
  /** Errors and log lines are kept from clients. */
  readonly redactsErrors: boolean;
}
