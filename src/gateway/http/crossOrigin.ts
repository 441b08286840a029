/**
 * Answers other pages' requests, or refuses them (GW3). Credentials travel in the Authorization
 * header and never in cookies, so a foreign page could do nothing in a reader's name anyway; refusing
 * it keeps such pages from spending their visitors' rate limits.
 */
import type { MiddlewareHandler } from "hono";
import { appError } from "../../../convex/contract/errors.ts";
import type { HttpEnv } from "./httpContext.ts";
import type { Origins } from "./origins.ts";

const PREFLIGHT_SECONDS = 600;

export function crossOrigin(origins: Origins): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const origin = c.req.header("Origin");
    if (!origins.isAllowed(origin, c.req.header("Host"))) {
      throw appError("FORBIDDEN", "Pages of this origin may not use this server.");
    }
    c.header("Vary", "Origin", { append: true });
    if (origin !== undefined) {
      c.header("Access-Control-Allow-Origin", origin);
      c.header("Access-Control-Expose-Headers", "X-Request-Id, Retry-After");
    }
    if (c.req.method !== "OPTIONS") {
      await next();
      return;
    }
    c.header("Access-Control-Allow-Methods", "GET, POST");
    c.header("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Request-Id");
    c.header("Access-Control-Max-Age", String(PREFLIGHT_SECONDS));
    return c.body(null, 204);
  };
}
