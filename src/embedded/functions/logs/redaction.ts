/**
 * What clients are told on a deployment that keeps its functions' errors and log lines to itself, as
 * production deployments of Convex do: which request failed, and the data of a ConvexError, which is meant
 * for them. Operators are told everything; so is who shows a wrong admin key, that it is wrong.
 */
import type { Failure, FunctionCall } from "../functionCall.ts";
import { reachOf, type Identity } from "../identity.ts";

type Outcome = { readonly ok: true; readonly logLines: string[] } | Failure;

/** Whether something is to be kept from this caller. */
export function isKeptFrom(identity: Identity, redactsErrors: boolean): boolean {
  return redactsErrors && reachOf(identity) === "public";
}

/** What of an outcome whoever made the call is told. */
export function redaction(
  redactsErrors: boolean,
): <O extends Outcome>(outcome: O, call: FunctionCall) => O {
  return (outcome, { identity }) =>
    isKeptFrom(identity, redactsErrors) ? redacted(outcome) : outcome;
}

function redacted<O extends Outcome>(outcome: O): O {
  if (outcome.ok) return { ...outcome, logLines: [] };
  const [errorMessage] = outcome.errorMessage.split("\n", 1); // the request and "Server Error"
  return { ...outcome, errorMessage, logLines: [] };
}
