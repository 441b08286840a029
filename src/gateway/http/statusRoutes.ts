/**
 * What the gateway says about itself: is it ready (`/healthz`), what should the page know
 * (`/config.json`), with which keys can its tokens be checked (JWKS), how is it doing (`/metrics`).
 */
import { Hono } from "hono";
import { appError } from "../../../convex/contract/errors.ts";
import type { Tokens } from "../identity/tokens.ts";
import type { Metrics } from "../metrics.ts";
import { isDirect, isLoopback } from "./clientAddress.ts";
import type { HttpContext, HttpEnv } from "./httpContext.ts";
import { convexUrlFor } from "./pageAddress.ts";
import type { ConvexAddress } from "./pageAddress.ts";

/** What a companion is made of, as /healthz and /config.json tell it. */
export interface ProductInfo {
  readonly version: string;
  readonly convex: "embedded" | "remote";
  readonly model: { readonly kind: "extractive" | "model"; readonly name: string };
}

/** Ready, or why not, in words for an operator. */
export type Readiness = { readonly isReady: true } | { readonly isReady: false; reason: string };

const ANY_ADDRESS = new Set(["0.0.0.0", "::"]);

export function createStatusRoutes(deps: {
  info: ProductInfo;
  tokens: Tokens;
  metrics: Metrics;
  convexAddress: ConvexAddress;
  metricsHost: string | undefined;
  readiness: () => Promise<Readiness>;
}): Hono<HttpEnv> {
  const { info, metrics } = deps;
  const routes = new Hono<HttpEnv>();

  routes.get("/healthz", async (c) => {
    c.header("Cache-Control", "no-store");
    const about = { convex: info.convex, model: info.model.name, version: info.version };
    const readiness = await deps.readiness();
    if (readiness.isReady) return c.json({ status: "ok", ...about });
    return c.json({ status: "unavailable", reason: readiness.reason, ...about }, 503);
  });

  routes.get("/config.json", (c) => {
    c.header("Cache-Control", "no-store");
    const convexUrl = convexUrlFor(deps.convexAddress, c.req.header("Host"));
    return c.json({ convexUrl, version: info.version, model: info.model });
  });

  routes.get("/.well-known/jwks.json", (c) => {
    c.header("Cache-Control", "public, max-age=300");
    return c.json(deps.tokens.jwks());
  });

  routes.get("/metrics", async (c) => {
    if (!mayReadMetrics(c, deps.metricsHost)) throw appError("NOT_FOUND");
    c.header("Content-Type", metrics.contentType);
    return c.body(await metrics.text());
  });

  return routes;
}

/** Judged by the address at which the connection came in, which no client can forge. */
function mayReadMetrics(c: HttpContext, metricsHost: string | undefined): boolean {
  const { incoming } = c.env;
  const local = incoming.socket.localAddress ?? "";
  if (metricsHost === undefined) return isLoopback(local) && isDirect(incoming);
  return ANY_ADDRESS.has(metricsHost) || local.replace(/^::ffff:/, "") === metricsHost;
}
