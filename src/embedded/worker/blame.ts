/**
 * Keeps a call that cost the engine its thread from doing so again: clients repeat what was not answered, and
 * the scheduler what was not finished. A repetition is answered with Convex's error instead of being run.
 */
import { EXCESS_MESSAGES, type Excess } from "../functions/isolate/excess.ts";
import type { Failure, FunctionCall, QueryCall, QueryOutcome } from "../functions/functionCall.ts";
import type { FunctionRunner } from "../functions/functionRunner.ts";
import { ReadSet } from "../transaction/readSet.ts";
import { callNote, type CallNote } from "./heartbeat.ts";

/** Long enough for every client's retries; short enough for a loop that depended on data to be tried anew. */
const BLAMED_FOR_MS = 5 * 60_000;

/** What cost the engine its thread. */
export type Culprit = CallNote & { excess: Excess };

export type BlamedCall = Culprit & {
  /** Ms since epoch. */
  until: number;
};

/** What of a runner leads to functions on the engine's thread; actions have threads of their own. */
export type FunctionCalls = Pick<FunctionRunner, "runQuery" | "runMutation">;

export function blameFor(culprit: Culprit, now: number): BlamedCall {
  return { ...culprit, until: now + BLAMED_FOR_MS };
}

/** `runner`, except that calls which are blamed fail at once. @param now ms since epoch */
export function refusingBlamed(
  runner: FunctionCalls,
  blames: readonly BlamedCall[],
  now: () => number,
): FunctionCalls {
  function blameOf(
    kind: CallNote["kind"],
    call: Pick<FunctionCall, "path" | "args">,
  ): Excess | undefined {
    if (blames.length === 0) return undefined;
    const { path, argsMark } = callNote({ kind, ...call });
    const found = blames.find(
      (blame) =>
        blame.kind === kind &&
        blame.path === path &&
        blame.argsMark === argsMark &&
        blame.until > now(),
    );
    return found?.excess;
  }
  return {
    async runQuery(call) {
      const excess = blameOf("query", call);
      return excess === undefined ? await runner.runQuery(call) : failedQuery(call, excess);
    },
    async runMutation(call) {
      const excess = blameOf("mutation", call);
      return excess === undefined ? await runner.runMutation(call) : failed(excess);
    },
  };
}

function failed(excess: Excess): Failure {
  return { ok: false, errorMessage: `Server Error\n${EXCESS_MESSAGES[excess]}`, logLines: [] };
}

function failedQuery({ ts = 0, journal = null }: QueryCall, excess: Excess): QueryOutcome {
  return { ...failed(excess), reads: new ReadSet(), ts, usesIdentity: false, journal };
}
