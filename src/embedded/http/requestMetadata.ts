/** Where an HTTP request came from, as functions may learn it. */
import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";

import type { RequestMetadata } from "../functions/functionCall.ts";

export function requestMetadata(context: Context): RequestMetadata {
  const { incoming } = context.env as HttpBindings;
  return {
    ip: incoming.socket.remoteAddress ?? null,
    userAgent: context.req.header("user-agent") ?? null,
  };
}
