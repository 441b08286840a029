/**
 * Whom Convex believes: the gateway for people, the companion for itself, each with its own issuer and
 * audience, and, where configured, one more OpenID provider. LECTERN_JWKS holds the gateway's public keys as
 * a `data:` URI, so that no deployment has to reach the companion to check a token.
 */
import type { AuthConfig } from "convex/server";

// eslint-disable-next-line @convex-dev/no-process-env -- read where Convex evaluates this file, before any env exists
const issuer = process.env["LECTERN_ISSUER"] ?? "";
// eslint-disable-next-line @convex-dev/no-process-env -- as above
const jwks = process.env["LECTERN_JWKS"] ?? "";

export default {
  providers: [
    { type: "customJwt", issuer, applicationID: "lectern", algorithm: "ES256", jwks },
    {
      type: "customJwt",
      issuer: `${issuer}/service`,
      applicationID: "lectern-service",
      algorithm: "ES256",
      jwks,
    },
  ],
} satisfies AuthConfig;
