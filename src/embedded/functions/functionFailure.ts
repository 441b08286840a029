/**
 * How a function fails, from the value that it threw to the text that a client reads.
 */
import { freshRandom } from "../values/freshRandom.ts";
import type { JSONValue } from "../values/jsonValue.ts";
import type { Thrown } from "./context/host.ts";
import type { Failure } from "./functionCall.ts";
import type { Traces } from "./logs/stackTraces.ts";

/** Why one call failed. `data` is the JSON form of a ConvexError's data. */
export class FunctionFailure extends Error {
  override readonly name = "FunctionFailure";
  readonly data: JSONValue | undefined;

  constructor(message: string, data?: JSONValue) {
    super(message);
    this.data = data;
  }
}

/** The failure of user code: `Uncaught Error: boom` and where in the sources it was thrown. */
export function failureOf(thrown: Thrown, traces: Traces): FunctionFailure {
  const { name, message, stack, data } = thrown;
  if (stack === "") return new FunctionFailure(message); // not an Error, or the engine's own words
  const title = [name, message].filter((part) => part !== "").join(": ");
  return new FunctionFailure(
    [`Uncaught ${title}`, ...traces.frames(stack)].join("\n"),
    data === undefined ? undefined : (JSON.parse(data) as JSONValue),
  );
}

/** 16 hexadecimal digits; names one top-level call in errors and logs. */
export function newRequestId(): string {
  return Buffer.from(freshRandom(8)).toString("hex");
}

/** The outcome that a caller outside the engine receives. */
export function failedOutcome(
  failure: FunctionFailure,
  requestId: string,
  logLines: string[],
): Failure {
  const errorMessage = `[Request ID: ${requestId}] Server Error\n${failure.message}`;
  return failure.data === undefined
    ? { ok: false, errorMessage, logLines }
    : { ok: false, errorMessage, errorData: failure.data, logLines };
}

/** The command line knows how this begins: it shows the line and ends, where it would wait for ever. */
export function notPermitted(): FunctionFailure {
  return new FunctionFailure(
    "You do not have permission to perform this operation: the admin key is not that of this engine.",
  );
}
