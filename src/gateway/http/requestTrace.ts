/**
 * Gives each request an id, a log that carries it and a line when it is done, and counts it. The id
 * of a caller's own `X-Request-Id` is kept if it is harmless, so that a trace can span proxies. Paths
 * are logged, queries never: an invite code may be in them.
 */
import { randomUUID } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { Clock } from "../../util/clock.ts";
import type { Logger } from "../../util/logger.ts";
import type { Metrics } from "../metrics.ts";
import { clientAddress } from "./clientAddress.ts";
import type { HttpEnv } from "./httpContext.ts";

const HARMLESS_ID = /^[\w.-]{8,64}$/;

export function requestTrace(deps: {
  log: Logger;
  clock: Clock;
  metrics: Metrics;
  trustedProxyHops: number;
}): MiddlewareHandler<HttpEnv> {
  const { clock, metrics } = deps;
  return async (c, next) => {
    const startedAt = clock.now();
    const given = c.req.header("X-Request-Id") ?? "";
    const requestId = HARMLESS_ID.test(given) ? given : randomUUID();
    const log = deps.log.child({ requestId });
    c.set("requestId", requestId);
    c.set("log", log);
    c.set("address", clientAddress(c.env.incoming, deps.trustedProxyHops));
    c.header("X-Request-Id", requestId);
    await next();
    const durationMs = clock.now() - startedAt;
    const { status } = c.res;
    metrics.requestEnded(routePath(c, -1), status, durationMs / 1000);
    const isQuiet = c.req.path === "/healthz" || c.req.path === "/metrics"; // asked all the time
    const write = isQuiet ? log.debug.bind(log) : log.info.bind(log);
    write({ method: c.req.method, path: c.req.path, status, durationMs }, "request");
  };
}
