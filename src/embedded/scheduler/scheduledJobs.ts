/**
 * The rows of `_scheduled_functions`, one per scheduled call: written inside the transaction of
 * whoever schedules, cancels or completes, so that a job exists exactly if that transaction does.
 * Knows nothing of running functions.
 *
 * SC1 pending → inProgress (actions) → success | failed; pending → success | failed (mutations);
 *     pending | inProgress → canceled. Nothing leaves success, failed or canceled.
 */
import { inComponent, splitComponent } from "../functions/functionPath.ts";
import { badRequest } from "../store/databaseError.ts";
import type { Transaction } from "../transaction/transaction.ts";
import type { RangeBound } from "../transaction/queryJson.ts";
import { checkValue } from "../values/checkValue.ts";
import { isObject } from "../values/jsonValue.ts";
import type { JSONObject, JSONValue, StoredDocument } from "../values/jsonValue.ts";
import { MAX_CALL_NESTING } from "../values/limits.ts";
import { sizeOf } from "../values/normalizeValue.ts";
import { areShort, argsOf, forgetLongArgs, storeLongArgs } from "./jobArgs.ts";

export const JOBS_TABLE = "_scheduled_functions";
const MAX_JOB_ARGS_BYTES = 4 * 1024 * 1024; // Convex's limit for one scheduled call
const MAX_DISTANCE_MS = 5 * 366 * 86_400_000; // five long years, either way: Convex's limit

export type JobState =
  | { readonly kind: "pending" | "inProgress" | "success" | "canceled" }
  | { readonly kind: "failed"; readonly error: string };

export interface Job {
  readonly id: string;
  /** Canonical: of the whole deployment. */
  readonly path: string;
  /** Ms since epoch. */
  readonly scheduledTime: number;
  readonly state: JobState;
}

/**
 * Adds a job and returns its id.
 * @param scheduledTime ms since epoch
 * @throws BAD_REQUEST for an impossible time or value, LIMIT_EXCEEDED for too many or too large jobs
 */
export function scheduleJob(
  tx: Transaction,
  job: { path: string; args: JSONValue[]; scheduledTime: number; state?: JobState },
  now: number,
): string {
  const { path, args, scheduledTime, state = { kind: "pending" } } = job;
  if (!Number.isFinite(scheduledTime) || scheduledTime - now > MAX_DISTANCE_MS) {
    throw badRequest(`${scheduledTime} is more than 5 years in the future`);
  }
  if (now - scheduledTime > MAX_DISTANCE_MS) {
    throw badRequest(`${scheduledTime} is more than 5 years in the past`);
  }
  for (const one of args) checkValue(one, MAX_CALL_NESTING);
  const text = JSON.stringify(args);
  const argsBytes = Buffer.byteLength(text);
  if (argsBytes > MAX_JOB_ARGS_BYTES) {
    throw badRequest(
      `The arguments of a scheduled function are too large (${argsBytes} bytes; the limit is ${MAX_JOB_ARGS_BYTES} bytes).`,
    );
  }
  tx.usage.charge("functionsScheduled", 1);
  tx.usage.charge("scheduledFunctionArgsBytes", argsBytes);
  const id = tx.system.insert(JOBS_TABLE, {
    name: nameOf(tx.component, path),
    ...(areShort(text) && { args }),
    scheduledTime,
    state,
    ...(state.kind === "pending" ? {} : { completedTime: now }),
  });
  if (!areShort(text)) storeLongArgs(tx, id, text);
  return id;
}

/** What a job that is scheduled by another begins as: after a cancellation nothing more is to run. */
export function stateUnder(tx: Transaction, parentId: string | undefined): JobState {
  const parent = parentId === undefined ? undefined : jobState(tx, parentId);
  return { kind: parent?.kind === "canceled" ? "canceled" : "pending" };
}

/** The arguments of a job; none when there is no such job (any more). */
export function jobArgs(tx: Transaction, id: string): JSONValue[] {
  const row = tx.system.get(id);
  return row === null ? [] : argsOf(tx, row);
}

/** A document as user code sees it: jobs with their arguments, all others as they are. */
export function shownDocument(tx: Transaction, document: StoredDocument): StoredDocument {
  const isJob = tx.normalizeId(JOBS_TABLE, document._id) !== null;
  if (!isJob || document["args"] !== undefined) return document;
  const args = argsOf(tx, document);
  tx.usage.charge("bytesRead", sizeOf(args));
  const fields = Object.entries({ ...document, args }).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields) as StoredDocument;
}

/** The state of a job, whichever component's; undefined when there is no such job (any more). */
export function jobState(tx: Transaction, id: string): JobState | undefined {
  const document = tx.system.get(id);
  return document === null ? undefined : parseState(document["state"]);
}

/**
 * Keeps a job from running; one that runs goes on, but what it then schedules does not.
 * @throws BAD_REQUEST when the id is not that of a job of the transaction's component
 */
export function cancelJob(tx: Transaction, id: string, now: number): void {
  const state = tx.normalizeId(JOBS_TABLE, id) === null ? undefined : jobState(tx, id);
  if (state === undefined) throw badRequest(`There is no scheduled function with the id "${id}".`);
  if (state.kind === "pending" || state.kind === "inProgress") {
    endJob(tx, id, { kind: "canceled" }, now);
  }
}

/** Marks an action as begun: from here on it is never started again. */
export function beginJob(tx: Transaction, id: string): void {
  tx.system.patch(JOBS_TABLE, id, { state: { kind: "inProgress" } });
}

/** @param now ms since epoch */
export function endJob(tx: Transaction, id: string, state: JobState, now: number): void {
  tx.system.patch(JOBS_TABLE, id, { state: { ...state }, completedTime: now });
}

/** Pending jobs of all components in the order of their times, at most `limit`. */
export function pendingJobs(tx: Transaction, limit: number): Job[] {
  const pending = [...jobs(tx, "by_state_and_time", [inState("pending")], limit)];
  return pending.sort((a, b) => a.scheduledTime - b.scheduledTime).slice(0, limit);
}

/** Jobs that had begun and not ended. */
export function begunJobs(tx: Transaction): Generator<Job> {
  return jobs(tx, "by_state_and_time", [inState("inProgress")]);
}

/**
 * Deletes jobs that ended before `time` (ms since epoch), at most `limit` of a component; returns how
 * many.
 */
export function forgetJobs(tx: Transaction, time: number, limit: number): number {
  const range: RangeBound[] = [
    { type: "Gt", fieldPath: "completedTime", value: 0 }, // leaves out those without the field
    { type: "Lt", fieldPath: "completedTime", value: time },
  ];
  const old = [...jobs(tx, "by_completedTime", range, limit)];
  for (const { id } of old) {
    tx.system.delete(JOBS_TABLE, id);
    forgetLongArgs(tx, id);
  }
  return old.length;
}

/** As Convex shows it. A component names functions of others, handed to it as handles, in full. */
function nameOf(component: string, path: string): string {
  const target = splitComponent(path);
  const local = target.local.replace(/:(?=[^:]*$)/, ".js:");
  return target.component === component ? local : `${target.component}::${local}`;
}

function pathOf(component: string, name: string): string {
  const path = name.replace(/\.js:(?=[^:]*$)/, ":");
  if (!path.includes("::")) return inComponent(component, path);
  return path.startsWith("::") ? path.slice(2) : path;
}

function inState(kind: JobState["kind"]): RangeBound {
  return { type: "Eq", fieldPath: "state.kind", value: kind };
}

/** Component by component. @param limit for each of them */
function* jobs(
  tx: Transaction,
  index: string,
  range: RangeBound[],
  limit?: number,
): Generator<Job> {
  for (const component of tx.components()) {
    const own = tx.inComponent(component);
    if (!own.hasTable(JOBS_TABLE)) continue; // data was imported before the code came
    const cursor = own.system.openQuery({
      source: { type: "IndexRange", indexName: `${JOBS_TABLE}.${index}`, range, order: "asc" },
      operators: limit === undefined ? [] : [{ limit }],
    });
    try {
      for (let row = cursor.next(); row !== null; row = cursor.next()) {
        yield parseJob(component, row);
      }
    } finally {
      cursor.close();
    }
  }
}

function parseJob(component: string, document: StoredDocument): Job {
  return {
    id: document._id,
    path: pathOf(component, document["name"] as string),
    scheduledTime: document["scheduledTime"] as number,
    state: parseState(document["state"]),
  };
}

function parseState(state: JSONValue | undefined): JobState {
  if (!isObject(state)) throw new Error("A scheduled function without a state.");
  return state as JSONObject & JobState;
}
