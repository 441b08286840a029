/**
 * What travels with a request through the HTTP app: Node's own objects, the request's id, a log that
 * carries it, and the address that limits count. Also the one shape in which requests fail (GW2).
 */
import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { appErrorDataOf } from "../../../convex/contract/errors.ts";
import type { ErrorCode } from "../../../convex/contract/errors.ts";
import type { Logger } from "../../util/logger.ts";

export interface HttpEnv {
  Bindings: HttpBindings;
  Variables: { requestId: string; log: Logger; address: string };
}
export type HttpContext = Context<HttpEnv>;

const STATUS = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  INVALID_INPUT: 400,
  CONFLICT: 409,
  LIMIT_EXCEEDED: 429,
  SESSION_ENDED: 409,
  NOT_READY: 503,
  MODEL_UNAVAILABLE: 503,
  MODEL_RATE_LIMITED: 503,
  MODEL_REFUSED: 502,
  MODEL_OUTPUT_INVALID: 502,
  MODEL_CONTEXT_TOO_LONG: 502,
  MODEL_AUTH_FAILED: 502,
  MODEL_STREAM_CUT: 502,
  DOCUMENT_ENCRYPTED: 422,
  DOCUMENT_HAS_NO_TEXT: 422,
  DOCUMENT_BROKEN: 422,
  DOCUMENT_TYPE_UNSUPPORTED: 415,
  DOCUMENT_TOO_LARGE: 413,
  INTERRUPTED: 503,
  INTERNAL: 500,
} as const satisfies Record<ErrorCode, ContentfulStatusCode>;

/**
 * The answer to a request that threw: `{error: {code, message}, requestId}` with the code's status.
 * What carries no code is our fault: logged with its stack, told to nobody.
 */
export function errorResponse(c: HttpContext, error: unknown): Response {
  const requestId = c.get("requestId");
  const data = appErrorDataOf(error);
  if (data === undefined) c.get("log").error({ err: error }, "request failed");
  const { code, message, retryAfterMs } = data ?? { code: "INTERNAL", message: OUR_FAULT };
  if (retryAfterMs !== undefined) c.header("Retry-After", String(Math.ceil(retryAfterMs / 1000)));
  if (code === "UNAUTHENTICATED") c.header("WWW-Authenticate", "Bearer");
  return c.json({ error: { code, message }, requestId }, STATUS[code]);
}

const OUR_FAULT = "Something went wrong on our side. The request id helps to find it.";

/** The token of an `Authorization: Bearer` header. */
export function bearerToken(c: HttpContext): string | undefined {
  return /^Bearer ([\w.~+/=-]+)$/i.exec(c.req.header("Authorization") ?? "")?.[1];
}
