/**
 * Headers that tell browsers how little our answers may do. The page may run only its own scripts and
 * reach only this gateway and Convex; everything else may do nothing at all (GW4).
 */
import type { MiddlewareHandler } from "hono";
import type { HttpEnv } from "./httpContext.ts";

const NOTHING = "default-src 'none'; frame-ancestors 'none'";

/** For every answer; a handler that set a policy of its own (the page) keeps it. */
export function securityHeaders(options: { isHttps: boolean }): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    await next();
    const { headers } = c.res;
    if (!headers.has("Content-Security-Policy")) headers.set("Content-Security-Policy", NOTHING);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer"); // addresses of sessions carry invite codes
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("X-Frame-Options", "DENY");
    if (options.isHttps) headers.set("Strict-Transport-Security", "max-age=31536000");
  };
}

/**
 * The page's policy. `convexOrigins` are where the page finds data and files; our own sockets are
 * 'self' in every browser that has what the page's build is made for.
 */
export function pagePolicy(convexOrigins: readonly string[]): string {
  const files = convexOrigins.join(" ");
  const sockets = convexOrigins.map((origin) => origin.replace(/^http/, "ws")).join(" ");
  return [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'", // KaTeX places its glyphs by style attributes
    `img-src 'self' data: blob: ${files}`,
    "font-src 'self' data:",
    `connect-src 'self' ${files} ${sockets}`,
    `frame-src 'self' blob: ${files}`, // a PDF beside the conversation
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
