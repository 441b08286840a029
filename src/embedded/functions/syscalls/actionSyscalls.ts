/**
 * The system calls of actions: none belongs to a transaction; each that touches data makes its own.
 */
import { cancelJob, scheduleJob, stateUnder } from "../../scheduler/scheduledJobs.ts";
import { deleteStoredFile, readStoredFile } from "../../storage/storedFiles.ts";
import type { Transaction } from "../../transaction/transaction.ts";
import type { JSONValue } from "../../values/jsonValue.ts";
import type { ActionScope } from "../actions/actionScope.ts";
import { commitWrite, readSnapshot } from "../transactions/commitWrite.ts";
import type { FunctionCall } from "../functionCall.ts";
import type { FunctionEnd } from "../functionEnd.ts";
import { inComponent, resolveAddress, splitComponent } from "../functionPath.ts";
import type { FunctionAddress } from "../functionPath.ts";
import { acrossComponents, userIdentity } from "../identity.ts";
import { checkExists } from "../validateCall.ts";
import {
  cloudOnly,
  createHandle,
  deploymentMetadata,
  functionMetadata,
  requestMetadata,
} from "./metadataSyscalls.ts";
import type { ScheduleArgs } from "./schedulerSyscalls.ts";

/** Takes the parsed arguments, which the library inside the functions has shaped; answers JSON. */
type ActionSyscall = (scope: ActionScope, args: never) => unknown;

interface FileArgs {
  readonly storageId: string;
}
interface VectorSearchArgs {
  readonly query: {
    readonly indexName: string;
    readonly limit?: number;
    readonly vector: number[];
    readonly expressions: JSONValue;
  };
}
type CallArgs = FunctionAddress & { readonly args: JSONValue };

const DEFAULT_VECTOR_LIMIT = 10; // Convex's

export const ACTION_SYSCALLS: ReadonlyMap<string, ActionSyscall> = new Map(
  Object.entries<ActionSyscall>({
    "1.0/actions/query": async (scope, args: CallArgs) =>
      valueOf(await scope.runs.query(nestedCall(scope, args))),
    "1.0/actions/mutation": async (scope, args: CallArgs) =>
      valueOf(await scope.runs.mutation(nestedCall(scope, args))),
    "1.0/actions/action": async (scope, args: CallArgs) =>
      valueOf(await scope.runs.action(nestedCall(scope, args))),
    "1.0/actions/vectorSearch": vectorSearch,
    "1.0/actions/schedule": schedule,
    "1.0/actions/cancel_job": (scope, { id }: { id: string }) =>
      write(scope, (tx) => cancelJob(tx, id, scope.call.services.now())),
    "1.0/createFunctionHandle": ({ call, component }, address: FunctionAddress) =>
      createHandle(call, component, address),
    "1.0/storageGenerateUploadUrl": ({ call, component }) =>
      call.services.files.uploadUrl(component),
    "1.0/storageGetUrl": (scope, { storageId }: FileArgs) => {
      const file = read(scope, (tx) => readStoredFile(tx, storageId));
      return file === null ? null : scope.call.services.files.url(file.uuid);
    },
    "1.0/storageGetMetadata": (scope, { storageId }: FileArgs) => {
      const file = read(scope, (tx) => readStoredFile(tx, storageId));
      if (file === null) return null;
      const sha256 = Buffer.from(file.sha256, "base64").toString("hex");
      return { storageId, sha256, size: file.size, contentType: file.contentType };
    },
    "1.0/storageDelete": async (scope, { storageId }: FileArgs) => {
      const { uuid } = await write(scope, (tx) => deleteStoredFile(tx, storageId));
      await scope.call.services.files.remove([uuid]);
    },
    "1.0/getUserIdentity": ({ call }) => userIdentity(call.identity),
    "1.0/getFunctionMetadata": ({ called, component }) =>
      functionMetadata(called?.path ?? inComponent(component, "http")),
    "1.0/getDeploymentMetadata": ({ call }) => deploymentMetadata(call),
    "1.0/getRequestMetadata": ({ call }) => requestMetadata(call),
    "1.0/auditLog": () => {
      throw new Error("Audit logs can only be written in queries and mutations.");
    },
    "1.0/createServiceToken": cloudOnly,
    "1.0/getServiceUrl": cloudOnly,
  }),
);

/** Calls whose arguments or results are live objects. */
export const ACTION_JS_SYSCALLS: ReadonlyMap<string, ActionSyscall> = new Map(
  Object.entries<ActionSyscall>({
    "storage/storeBlob": (
      { call, component },
      { blob, options }: { blob: Blob; options?: { sha256?: string } },
    ) =>
      call.services.files.store(component, blob.stream(), {
        ...(blob.type === "" ? {} : { contentType: blob.type }),
        ...(options?.sha256 === undefined ? {} : { sha256: options.sha256 }),
      }),
    "storage/getBlob": async (scope, { storageId }: FileArgs) => {
      const file = read(scope, (tx) => readStoredFile(tx, storageId));
      return file === null ? null : await scope.call.services.files.readBlob(file);
    },
  }),
);

function nestedCall({ call, component }: ActionScope, wanted: CallArgs): FunctionCall {
  const path = resolveAddress(wanted, component, call.code.functions);
  const isSame = splitComponent(path).component === component;
  return {
    path,
    args: [wanted.args],
    identity: isSame ? call.identity : acrossComponents(call.identity),
    ...(call.request === undefined ? {} : { request: call.request }),
    // What a job's functions call runs on its behalf, also when it is canceled meanwhile.
    ...(call.scheduledFunctionId === undefined
      ? {}
      : { scheduledFunctionId: call.scheduledFunctionId }),
  };
}

function valueOf(end: FunctionEnd): JSONValue {
  if (!end.ok) throw end.failure;
  return end.value;
}

function vectorSearch(scope: ActionScope, { query }: VectorSearchArgs): object {
  const { indexName, vector, expressions } = query;
  const limit = query.limit ?? DEFAULT_VECTOR_LIMIT;
  const results = read(scope, (tx) => tx.vectorSearch(indexName, vector, limit, expressions));
  return { results };
}

/** A job that was canceled while it ran schedules nothing more: what it adds is canceled at once. */
function schedule(scope: ActionScope, wanted: ScheduleArgs): Promise<string> {
  const { call, component } = scope;
  const path = resolveAddress(wanted, component, call.code.functions);
  checkExists(path, call.code.functions.get(path));
  return write(scope, (tx) => {
    const state = stateUnder(tx, call.scheduledFunctionId);
    const job = { path, args: [wanted.args], scheduledTime: wanted.ts * 1_000, state };
    return scheduleJob(tx, job, call.services.now());
  });
}

function read<T>({ call, component }: ActionScope, task: (tx: Transaction) => T): T {
  return readSnapshot(call.services.database, (tx) => task(tx.inComponent(component)));
}

function write<T>({ call, component }: ActionScope, task: (tx: Transaction) => T): Promise<T> {
  return commitWrite(call.services.database, (tx) => task(tx.inComponent(component)));
}
