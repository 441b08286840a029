/** How a function ended, inside the engine: JSON form of its result, or why it failed. */
import type { JSONValue } from "../values/jsonValue.ts";
import { failedOutcome, FunctionFailure } from "./functionFailure.ts";
import type { Failure } from "./functionCall.ts";

export type FunctionEnd =
  | { readonly ok: true; readonly value: JSONValue }
  | { readonly ok: false; readonly failure: FunctionFailure };

/** Turns thrown failures into ends; anything else is the engine's own trouble and goes on. */
export function endOf(task: () => JSONValue): FunctionEnd {
  try {
    return { ok: true, value: task() };
  } catch (failure) {
    if (failure instanceof FunctionFailure) return { ok: false, failure };
    throw failure;
  }
}

/** What a caller outside the engine receives. */
export function outcomeOf(
  end: FunctionEnd,
  requestId: string,
  logLines: string[],
): { ok: true; value: JSONValue; logLines: string[] } | Failure {
  return end.ok
    ? { ok: true, value: end.value, logLines }
    : failedOutcome(end.failure, requestId, logLines);
}

/** What code that called the function receives: the message without the frame for clients. */
export function hostOutcomeOf(end: FunctionEnd) {
  return end.ok
    ? ({ ok: true, value: JSON.stringify(end.value) } as const)
    : ({ ok: false, message: end.failure.message, data: end.failure.data } as const);
}
