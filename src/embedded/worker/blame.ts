/**
 * Keeps a call that blocked the engine from blocking it again: clients repeat what was not answered, and the
 * scheduler what was not finished. A repetition is answered with the time-out error instead of being run.
 */
import type { Failure, FunctionCall, QueryCall, QueryOutcome } from "../functions/functionCall.ts";
import type { FunctionRunner } from "../functions/functionRunner.ts";
import { ReadSet } from "../transaction/readSet.ts";
import { callNote, type CallNote } from "./heartbeat.ts";

/** Long enough for every client's retries; short enough for a loop that depended on data to be tried anew. */
const BLAMED_FOR_MS = 5 * 60_000;

/** The words that Convex uses. */
const TIME_OUT = "Function execution timed out (maximum duration: 1s)";

export type BlamedCall = CallNote & {
  /** Ms since epoch. */
  until: number;
};

/** What of a runner leads to functions. */
export type FunctionCalls = Pick<
  FunctionRunner,
  "runQuery" | "runMutation" | "runAction" | "runHttpAction"
>;

export function blameFor(note: CallNote, now: number): BlamedCall {
  return { ...note, until: now + BLAMED_FOR_MS };
}

/** `runner`, except that calls which are blamed fail at once. @param now ms since epoch */
export function refusingBlamed(
  runner: FunctionCalls,
  blames: readonly BlamedCall[],
  now: () => number,
): FunctionCalls {
  function isBlamed(kind: CallNote["kind"], call: Pick<FunctionCall, "path" | "args">): boolean {
    if (blames.length === 0) return false;
    const { path, argsDigest } = callNote({ kind, ...call });
    return blames.some(
      (blame) =>
        blame.kind === kind &&
        blame.path === path &&
        blame.argsDigest === argsDigest &&
        blame.until > now(),
    );
  }
  return {
    runQuery: async (call) =>
      isBlamed("query", call) ? timedOutQuery(call) : await runner.runQuery(call),
    runMutation: async (call) =>
      isBlamed("mutation", call) ? timedOut() : await runner.runMutation(call),
    runAction: async (call) =>
      isBlamed("action", call) ? timedOut() : await runner.runAction(call),
    runHttpAction: async (request, identity) => {
      const path = `${request.method} ${new URL(request.url).pathname}`;
      if (!isBlamed("httpAction", { path, args: [] })) {
        return await runner.runHttpAction(request, identity);
      }
      return Response.json({ code: "FunctionTimedOut", message: TIME_OUT }, { status: 500 });
    },
  };
}

function timedOut(): Failure {
  return { ok: false, errorMessage: `Server Error\n${TIME_OUT}`, logLines: [] };
}

function timedOutQuery({ ts = 0, journal = null }: QueryCall): QueryOutcome {
  return { ...timedOut(), reads: new ReadSet(), ts, usesIdentity: false, journal };
}
