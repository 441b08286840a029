/**
 * What went wrong at a model, as one of our codes. PURE: reads the shape of the error and knows no client library,
 * so that Convex and the companion tell a student the same. Whoever calls decides about trying again.
 */
import { ERRORS, type AppErrorData, type ErrorCode } from "./errors.ts";

const MAX_RETRY_AFTER_MS = 10 * 60_000; // a provider that wants a longer pause is as good as gone

/** `error`: anything that was thrown by a model client, or while its reply was parsed. */
export function modelErrorOf(error: unknown): AppErrorData {
  const shape = shapeOf(error);
  const code = codeOf(shape);
  const { sentence: message, isRetryable: retryable } = ERRORS[code];
  const retryAfterMs = retryAfterOf(shape.headers);
  return retryAfterMs === undefined
    ? { code, message, retryable }
    : { code, message, retryable, retryAfterMs };
}

interface Shape {
  name: string;
  status: number | undefined;
  type: string; // the provider's own code or type of error
  message: string;
  headers: unknown;
}

function codeOf({ name, status, type, message }: Shape): ErrorCode {
  if (/content_filter|content_policy|refus/iu.test(`${type} ${name}`)) return "MODEL_REFUSED";
  if (
    /context_length|context window|maximum context|too many tokens|prompt is too long/iu.test(
      `${type} ${message}`,
    )
  ) {
    return "MODEL_CONTEXT_TOO_LONG";
  }
  if (status !== undefined) return codeOfStatus(status, type);
  if (name === "SyntaxError" || name === "ZodError" || name === "$ZodError") {
    return "MODEL_OUTPUT_INVALID";
  }
  if (name.includes("LengthFinishReason")) return "MODEL_OUTPUT_INVALID"; // cut before its JSON was whole
  if (name.includes("ContentFilterFinishReason")) return "MODEL_REFUSED";
  // What fetch throws when a stream that had begun is cut: a bare TypeError, no APIError.
  if (/terminated|premature close|aborted|ECONNRESET|other side closed/iu.test(message)) {
    return name.includes("APIConnection") ? "MODEL_UNAVAILABLE" : "MODEL_STREAM_CUT";
  }
  if (/APIConnection|APIUserAbort|TypeError|TimeoutError|AbortError/u.test(name)) {
    return "MODEL_UNAVAILABLE";
  }
  return "INTERNAL";
}

function codeOfStatus(status: number, type: string): ErrorCode {
  if (status === 401 || status === 403) return "MODEL_AUTH_FAILED";
  if (status === 413) return "MODEL_CONTEXT_TOO_LONG";
  if (status === 429)
    return type === "insufficient_quota" ? "MODEL_AUTH_FAILED" : "MODEL_RATE_LIMITED";
  if (status === 408 || status >= 500) return "MODEL_UNAVAILABLE";
  return "INTERNAL"; // a request of ours that the model does not understand, such as an unknown model
}

function shapeOf(error: unknown): Shape {
  const raw = (typeof error === "object" && error !== null ? error : {}) as Record<string, unknown>;
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  const name = text(raw["name"]);
  const constructorName = error instanceof Error ? error.constructor.name : "";
  return {
    name:
      `${name} ${constructorName}`.split(" ").find((part) => part !== "" && part !== "Error") ??
      name,
    status: typeof raw["status"] === "number" ? raw["status"] : undefined,
    type: `${text(raw["code"])} ${text(raw["type"])}`.trim().split(" ")[0] ?? "",
    message: text(raw["message"]),
    headers: raw["headers"],
  };
}

/** `retry-after-ms`, or `retry-after` in seconds; dates are not worth the trouble. */
function retryAfterOf(headers: unknown): number | undefined {
  const read = (name: string): string | undefined => {
    if (headers instanceof Headers) return headers.get(name) ?? undefined;
    const value = (headers as Record<string, unknown> | undefined)?.[name];
    return typeof value === "string" ? value : undefined;
  };
  const exact = Number(read("retry-after-ms"));
  const seconds = Number(read("retry-after")) * 1_000;
  const found = [exact, seconds].find((ms) => Number.isFinite(ms) && ms > 0);
  return found === undefined ? undefined : Math.min(found, MAX_RETRY_AFTER_MS);
}
