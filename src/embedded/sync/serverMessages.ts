/**
 * What the server may say on the sync socket, as text frames. Stock clients break on an unknown message
 * type and on a missing `logLines`, so these builders are the only place where frames are made.
 *
 * A query's result is serialised once (`resultBody`) however many sockets it goes to: a Transition for
 * 1,000 subscribers of one result then costs 1,000 short concatenations, not 1,000 serialisations.
 */
import type { JSONValue } from "convex/values";

import { encodeTimestamp } from "./wireTimestamp.ts";

/** A socket's position; both sides start at zero on every new socket. `ts` in engine microseconds. */
export type StateVersion = { querySet: number; identity: number; ts: number };

export type QueryResult =
  | { ok: true; value: JSONValue; logLines: string[] }
  | { ok: false; errorMessage: string; errorData?: JSONValue | undefined; logLines: string[] };

/** The part of a query's modification that does not depend on the socket: type, value or error, log lines. */
export function resultBody(result: QueryResult): string {
  const body = result.ok
    ? { type: "QueryUpdated", value: result.value, logLines: result.logLines }
    : {
        type: "QueryFailed",
        errorMessage: result.errorMessage,
        logLines: result.logLines,
        // Left out unless thrown: a client takes any present value, null too, for a ConvexError.
        ...(result.errorData === undefined ? {} : { errorData: result.errorData }),
      };
  return JSON.stringify(body);
}

/** One modification of a Transition: a shared body, made this socket's own by its query id. */
export function queryModification(queryId: number, body: string, journal: string | null): string {
  return `{"queryId":${queryId},"journal":${JSON.stringify(journal)},${body.slice(1)}`;
}

export function queryRemoved(queryId: number): string {
  return `{"type":"QueryRemoved","queryId":${queryId}}`;
}

/** The JSON text of a position: where one Transition ends the next one starts, so it is made once. */
export function versionText(version: StateVersion): string {
  return `{"querySet":${version.querySet},"identity":${version.identity},"ts":"${encodeTimestamp(version.ts)}"}`;
}

/**
 * @param startVersion, endVersion from `versionText`
 * @param clientClockSkewMs client clock minus ours at Connect
 * @param serverTs engine microseconds, now
 */
export function transitionFrame(transition: {
  startVersion: string;
  endVersion: string;
  modifications: readonly string[];
  clientClockSkewMs: number | undefined;
  serverTs: number;
}): string {
  const skew =
    transition.clientClockSkewMs === undefined
      ? ""
      : `,"clientClockSkew":${transition.clientClockSkewMs}`;
  return (
    `{"type":"Transition","startVersion":${transition.startVersion}` +
    `,"endVersion":${transition.endVersion}` +
    // Nanoseconds by text: the product would leave the range of exact numbers.
    `${skew},"serverTs":${transition.serverTs}000` +
    `,"modifications":[${transition.modifications.join(",")}]}`
  );
}

export type RequestOutcome =
  | { ok: true; value: JSONValue; logLines: string[]; ts?: number }
  | { ok: false; errorMessage: string; errorData?: JSONValue | undefined; logLines: string[] };

/** The answer to a mutation (whose success carries its commit `ts`) or to an action (which has none). */
export function responseFrame(
  type: "MutationResponse" | "ActionResponse",
  requestId: number,
  outcome: RequestOutcome,
): string {
  if (!outcome.ok) {
    return JSON.stringify({
      type,
      requestId,
      success: false,
      result: outcome.errorMessage,
      logLines: outcome.logLines,
      ...(outcome.errorData === undefined ? {} : { errorData: outcome.errorData }),
    });
  }
  return JSON.stringify({
    type,
    requestId,
    success: true,
    result: outcome.value,
    logLines: outcome.logLines,
    ...(outcome.ts === undefined ? {} : { ts: encodeTimestamp(outcome.ts) }),
  });
}

/**
 * @param identityVersion the identity version of the last Transition sent: the client ignores the
 * error as stale when it is behind its own
 */
export function authErrorFrame(
  error: string,
  identityVersion: number,
  authUpdateAttempted: boolean,
): string {
  return JSON.stringify({
    type: "AuthError",
    error,
    baseVersion: identityVersion,
    authUpdateAttempted,
  });
}

/** Tells the client to give up for good: only for faults that a retry would repeat. */
export function fatalErrorFrame(error: string): string {
  return JSON.stringify({ type: "FatalError", error });
}

export const PING_FRAME = JSON.stringify({ type: "Ping" });
