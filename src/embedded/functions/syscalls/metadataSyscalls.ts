/** What a function may learn about itself, its deployment and the request that reached it. */
import {
  DEFAULT_TRANSACTION_LIMITS,
  type UsageMetric,
} from "../../transaction/transactionUsage.ts";
import type { JSONObject, JSONValue } from "../../values/jsonValue.ts";
import { isObject } from "../../values/jsonValue.ts";
import type { CallContext } from "../callContext.ts";
import { functionHandle, resolveAddress, splitComponent } from "../functionPath.ts";
import type { FunctionAddress } from "../functionPath.ts";
import type { TransactionScope } from "../transactions/transactionScope.ts";
import type { TransactionSyscall } from "./transactionSyscall.ts";

const METRICS = Object.keys(DEFAULT_TRANSACTION_LIMITS) as UsageMetric[];

export const METADATA_SYSCALLS = {
  "1.0/getFunctionMetadata": {
    writes: false,
    run: ({ called }: TransactionScope) => functionMetadata(called.path),
  },
  "1.0/getTransactionMetrics": {
    writes: false,
    run: ({ tx }: TransactionScope) =>
      Object.fromEntries(
        METRICS.map((metric) => [
          metric,
          { used: tx.usage.used(metric), remaining: tx.usage.remaining(metric) },
        ]),
      ),
  },
  "1.0/getDeploymentMetadata": {
    writes: false,
    run: ({ call }: TransactionScope) => deploymentMetadata(call),
  },
  "1.0/getRequestMetadata": {
    writes: true, // a query's result must not depend on who asked first
    run: ({ call }: TransactionScope) => requestMetadata(call),
  },
  "1.0/createServiceToken": { writes: false, run: cloudOnly },
  "1.0/getServiceUrl": { writes: false, run: cloudOnly },
  "1.0/createFunctionHandle": {
    writes: false,
    run: ({ call, called }: TransactionScope, address: FunctionAddress) =>
      createHandle(call, called.component, address),
  },
  "1.0/auditLog": {
    writes: false,
    run: ({ call }: TransactionScope, { body }: { body: JSONObject }) =>
      call.logs.report(`[AUDIT] ${JSON.stringify(withVariables(call, body))}`),
  },
} satisfies Record<string, TransactionSyscall>;

export function functionMetadata(path: string): JSONObject {
  const { component, local } = splitComponent(path);
  return { name: local, componentPath: component };
}

export function deploymentMetadata(call: CallContext): JSONObject {
  return { name: call.services.instanceName, region: null, class: "s16" };
}

export function requestMetadata(call: CallContext): JSONObject {
  return {
    ip: call.request?.ip ?? null,
    userAgent: call.request?.userAgent ?? null,
    requestId: call.requestId,
    scheduledFunctionId: call.scheduledFunctionId ?? null,
    authToken: null, // tokens stay at the edge, where they are checked
  };
}

/** @throws Error when there is no such function */
export function createHandle(
  call: CallContext,
  component: string,
  address: FunctionAddress,
): string {
  const path = resolveAddress(address, component, call.code.functions);
  if (!call.code.functions.has(path)) throw new Error(`Could not find function for '${path}'.`);
  return functionHandle(path);
}

function withVariables(call: CallContext, value: JSONValue): JSONValue {
  if (Array.isArray(value)) return value.map((item) => withVariables(call, item));
  if (!isObject(value)) return value;
  const variable = value["$var"];
  if (typeof variable === "string") {
    const known: JSONObject = {
      ...requestMetadata(call),
      now: call.startedAt,
      convexActor: call.identity.kind,
    };
    return known[variable] ?? null;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withVariables(call, inner)]),
  );
}

/** Services that Convex Cloud runs beside a deployment. @throws always */
export function cloudOnly(_scope: unknown, { service }: { service: string }): never {
  throw new Error(`The service "${service}" exists on Convex Cloud only.`);
}
