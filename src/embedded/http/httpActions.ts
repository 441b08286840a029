/**
 * Hands requests to the HTTP actions of the project and streams their answers. Whose request it is matters
 * only to the action: a token that is not valid makes the identity unknown, it is no error.
 */
import type { OutgoingHttpHeaders } from "node:http";

import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";

import { requestIdentity, type RequestAuth } from "../auth/requestIdentity.ts";
import type { FunctionRunner } from "../functions/functionRunner.ts";
import type { Identity } from "../functions/identity.ts";
import { HttpError } from "./httpError.ts";

/** As much as Convex takes. */
const MAX_BODY_BYTES = 20 * 1024 * 1024;

export type HttpActionsDeps = {
  runner: Pick<FunctionRunner, "runHttpAction">;
  auth: RequestAuth;
};

/** A handler for all methods and paths. @param prefix what stands before the action's own path */
export function httpActions(
  deps: HttpActionsDeps,
  prefix: string,
): (context: Context) => Promise<Response> {
  return async (context) => {
    const identity = await httpActionIdentity(context.req.header("authorization"), deps.auth);
    const request = actionRequest(context.req.raw, prefix);
    const response = await deps.runner.runHttpAction(request, identity);
    if (!response.headers.has("content-type"))
      leaveTypeOpen((context.env as HttpBindings).outgoing);
    return response;
  };
}

/** Keeps the HTTP adapter from calling a body text whose type the action did not tell. */
function leaveTypeOpen(outgoing: HttpBindings["outgoing"]): void {
  const writeHead = outgoing.writeHead.bind(outgoing) as (
    status: number,
    headers?: OutgoingHttpHeaders,
  ) => typeof outgoing;
  const writeWithoutType: typeof writeHead = (status, headers) => {
    const others = Object.entries(headers ?? {}).filter(([name]) => name !== "content-type");
    return writeHead(status, Object.fromEntries(others));
  };
  outgoing.writeHead = writeWithoutType as typeof outgoing.writeHead;
}

async function httpActionIdentity(
  header: string | undefined,
  auth: RequestAuth,
): Promise<Identity> {
  try {
    return await requestIdentity(header, auth);
  } catch (error) {
    return { kind: "unknown", reason: error instanceof Error ? error.message : String(error) };
  }
}

/** The request as the outside world addressed it: behind a proxy the scheme is in a header. */
function actionRequest(incoming: Request, prefix: string): Request {
  const url = new URL(incoming.url);
  const scheme = forwardedScheme(incoming.headers);
  if (scheme !== undefined) url.protocol = `${scheme}:`;
  url.pathname = url.pathname.slice(prefix.length) || "/";
  const { method, headers, signal } = incoming;
  if (Number(headers.get("content-length") ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  if (method === "GET" || method === "HEAD" || incoming.body === null) {
    return new Request(url, { method, headers, signal });
  }
  const body = incoming.body.pipeThrough(atMost(MAX_BODY_BYTES));
  return new Request(url, { method, headers, signal, body, duplex: "half" });
}

function forwardedScheme(headers: Headers): string | undefined {
  const named =
    headers.get("x-forwarded-proto")?.split(",", 1)[0] ??
    /proto="?(\w+)"?/i.exec(headers.get("forwarded") ?? "")?.[1];
  const scheme = named?.trim().toLowerCase();
  return scheme === "http" || scheme === "https" ? scheme : undefined;
}

function atMost(maxBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let size = 0;
  return new TransformStream({
    transform(part, controller) {
      size += part.byteLength;
      if (size > maxBytes) controller.error(tooLarge());
      else controller.enqueue(part);
    },
  });
}

function tooLarge(): HttpError {
  return new HttpError(413, "RequestTooLarge", `The body is larger than ${MAX_BODY_BYTES} bytes`);
}
