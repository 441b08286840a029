/**
 * What a failed call of a language model means, as a code that an edge may show. Reads errors by shape,
 * so that it can be shared by everyone who calls a model without importing a provider's client. What
 * the OpenAI client does was measured: a stream cut in the middle surfaces as a plain `TypeError`, and
 * a refused connection as an error without a status.
 */
import { appError, appErrorDataOf, type AppError, type ErrorCode } from "./errors.ts";

interface ErrorShape {
  name?: unknown;
  message?: unknown;
  status?: unknown;
  code?: unknown;
  type?: unknown;
  headers?: unknown;
}

/** `hasBegun`: some of the answer had come already, so what broke is the stream. */
export function modelErrorOf(error: unknown, hasBegun = false): AppError {
  if (appErrorDataOf(error) !== undefined) return error as AppError;
  const shape: ErrorShape = typeof error === "object" && error !== null ? error : {};
  const code = codeOf(shape, hasBegun);
  const retryAfterMs = code === "MODEL_RATE_LIMITED" ? retryAfterOf(shape.headers) : undefined;
  return appError(code, undefined, retryAfterMs === undefined ? {} : { retryAfterMs });
}

function codeOf({ status, code, type, message, name }: ErrorShape, hasBegun: boolean): ErrorCode {
  const words = [code, type, message].filter((word) => typeof word === "string").join(" ");
  if (name === "ZodError" || name === "SyntaxError") return "MODEL_OUTPUT_INVALID";
  if (name === "LengthFinishReasonError") return "MODEL_OUTPUT_INVALID";
  if (name === "ContentFilterFinishReasonError" || /content_filter|content_policy/.test(words)) {
    return "MODEL_REFUSED";
  }
  if (/context_length|maximum context|too many tokens|context window/i.test(words)) {
    return "MODEL_CONTEXT_TOO_LONG";
  }
  if (typeof status === "number") return codeOfStatus(status, words);
  return hasBegun ? "MODEL_STREAM_CUT" : "MODEL_UNAVAILABLE";
}

function codeOfStatus(status: number, words: string): ErrorCode {
  if (status === 401 || status === 403) return "MODEL_AUTH_FAILED";
  if (status === 413) return "MODEL_CONTEXT_TOO_LONG";
  // An exhausted quota is a 429 that no waiting heals.
  if (status === 429)
    return words.includes('insufficient_quota') ? "MODEL_AUTH_FAILED" : "MODEL_RATE_LIMITED";
  if (status === 408 || status === 409 || status >= 500) return "MODEL_UNAVAILABLE";
  return status === 404 ? "MODEL_UNAVAILABLE" : "MODEL_OUTPUT_INVALID";
}

/** From `retry-after` in seconds or `retry-after-ms`; undefined when neither can be read. */
function retryAfterOf(headers: unknown): number | undefined {
  const get = (name: string) =>
    headers instanceof Headers ? Number(headers.get(name) ?? Number.NaN) : Number.NaN;
  const ms = get("retry-after-ms");
  if (Number.isFinite(ms)) return ms;
  const seconds = get("retry-after");
  return Number.isFinite(seconds) ? seconds * 1_000 : undefined;
}
