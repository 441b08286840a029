/** What the client of an HTTP action receives when no handler answers it. */
import type { FunctionFailure } from "../functionFailure.ts";

export function httpNotFound(message: string): Response {
  return new Response(message, { status: 404 });
}

/** 500 with the error, unless it is kept from the client, and, for a ConvexError, its data. */
export function httpFailure(
  failure: FunctionFailure,
  requestId: string,
  isRedacted: boolean,
): Response {
  const body = {
    code: `[Request ID: ${requestId}] Server Error`,
    ...(isRedacted ? {} : { trace: failure.message }),
    ...(failure.data === undefined ? {} : { data: failure.data }),
  };
  return Response.json(body, { status: 500 });
}
