/** Makes the context of one action or HTTP action. */
import type { CallContext } from "../callContext.ts";
import type { CallLog } from "../logs/callLog.ts";
import type { FunctionCall } from "../functionCall.ts";
import type { FunctionTable } from "../code/functionTable.ts";
import { RunState } from "../isolate/runState.ts";
import type { RuntimeServices } from "../runtimeServices.ts";

export function actionContext(
  services: RuntimeServices,
  call: Pick<FunctionCall, "identity" | "request" | "scheduledFunctionId"> & {
    readonly requestId: string;
    readonly code: FunctionTable;
    readonly log: CallLog;
  },
): CallContext {
  const { identity, request, scheduledFunctionId, requestId, code, log } = call;
  return {
    services,
    code,
    identity,
    request,
    scheduledFunctionId,
    requestId,
    logs: log.lines,
    run: new RunState(),
    startedAt: Math.floor(services.now()),
  };
}
