/**
 * The `_system/…` queries that Convex's own tools ask of a deployment, answered by the engine itself on a
 * snapshot like any query, so that they can be watched too. They answer to the admin key alone and
 * leave no trace in the logs of the functions. What each one answers is in `toolQueries.ts`.
 */
import { z } from "zod";

import type { ActionOutcome, QueryCall, QueryOutcome } from "../functions/functionCall.ts";
import {
  failedOutcome,
  FunctionFailure,
  newRequestId,
  notPermitted,
} from "../functions/functionFailure.ts";
import { canonicalPath, splitComponent } from "../functions/functionPath.ts";
import type { Database } from "../store/database.ts";
import { DatabaseError } from "../store/databaseError.ts";
import type { Transaction } from "../transaction/transaction.ts";
import type { JSONValue } from "../values/jsonValue.ts";

/** @param tx of the component that is asked about @throws ZodError when the arguments are not what it takes, DatabaseError */
export type SystemQuery = (tx: Transaction, args: JSONValue) => JSONValue;

const PREFIX = "_system/";

/** The query runner, which takes paths in components too, with the system queries, by canonical path, before it. */
export function withSystemQueries(
  runQuery: (call: QueryCall) => Promise<QueryOutcome>,
  database: Database,
  queries: Readonly<Record<string, SystemQuery>>,
): (call: QueryCall) => Promise<QueryOutcome> {
  return async (call) => {
    const { component, local } = splitComponent(call.path);
    if (!local.startsWith(PREFIX)) return await runQuery(call);
    const tx = database.begin("query", call.ts === undefined ? {} : { ts: call.ts });
    try {
      const asked = { ...call, path: local };
      const outcome = outcomeOf(() => answer(tx.inComponent(component), asked, queries));
      const { reads, snapshotTs: ts } = tx;
      return { ...outcome, reads, ts, usesIdentity: true, journal: null };
    } finally {
      tx.close();
    }
  };
}

function answer(
  tx: Transaction,
  call: QueryCall,
  queries: Readonly<Record<string, SystemQuery>>,
): JSONValue {
  if (call.identity.kind !== "admin") throw notPermitted();
  const path = canonicalPath(call.path);
  const query = Object.hasOwn(queries, path) ? queries[path] : undefined;
  if (query === undefined) {
    throw new FunctionFailure(`Embedded Convex does not serve the system function ${path}.`);
  }
  return query(tx, call.args[0] ?? {});
}

function outcomeOf(task: () => JSONValue): ActionOutcome {
  try {
    return { ok: true, value: task(), logLines: [] };
  } catch (error) {
    return failedOutcome(failureFrom(error), newRequestId(), []);
  }
}

function failureFrom(error: unknown): FunctionFailure {
  if (error instanceof FunctionFailure) return error;
  if (error instanceof z.ZodError) {
    return new FunctionFailure(`ArgumentValidationError: ${z.prettifyError(error)}`);
  }
  if (error instanceof DatabaseError) return new FunctionFailure(error.message, error.data);
  throw error;
}
