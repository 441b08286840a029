/**
 * Reads the default export of `auth.config.ts`: who may sign tokens, and for which audience. The shapes are
 * those that Convex documents: OIDC providers (`domain`) and custom JWT providers (`issuer`, `jwks`).
 */
import { z } from "zod";

const vOidcProvider = z.object({
  type: z.literal("oidc").optional(),
  domain: z.string().min(1),
  applicationID: z.string(),
});

const vCustomJwtProvider = z.object({
  type: z.literal("customJwt"),
  issuer: z.string().min(1),
  jwks: z.string().min(1),
  algorithm: z.enum(["RS256", "ES256"]),
  applicationID: z.string().nullish(),
});

const vAuthConfig = z.object({
  providers: z.array(z.union([vCustomJwtProvider, vOidcProvider])),
});

export type AuthProvider = {
  kind: "oidc" | "customJwt";
  /** Compared with the token's `iss` after `canonicalIssuer`. */
  issuer: string;
  /** Where keys are: for OIDC the discovery document, for a custom provider the JWKS itself (may be `data:`). */
  keysUrl: string;
  /** Signature algorithms a token may name. Never symmetric ones: keys here are public. */
  algorithms: readonly string[];
  /** The audience a token must carry; null accepts any. */
  audience: string | null;
};

const OIDC_ALGORITHMS = ["RS256", "EdDSA"] as const;

/** The providers of an `auth.config.ts`. @throws Error naming the field that is wrong. */
export function parseAuthProviders(config: unknown): AuthProvider[] {
  const parsed = vAuthConfig.safeParse(config);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Error(
      `auth.config: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "is not valid"}`,
    );
  }
  return parsed.data.providers.map((provider) => {
    if (provider.type === "customJwt") {
      return {
        kind: "customJwt",
        issuer: canonicalIssuer(provider.issuer),
        keysUrl: provider.jwks,
        algorithms: [provider.algorithm],
        audience: provider.applicationID ?? null,
      };
    }
    const issuer = canonicalIssuer(provider.domain);
    return {
      kind: "oidc",
      issuer,
      keysUrl: `${issuer}/.well-known/openid-configuration`,
      algorithms: OIDC_ALGORITHMS,
      audience: provider.applicationID,
    };
  });
}

/**
 * An issuer as it is compared: with a scheme (https unless given) and without trailing slashes. Takes
 * the claim of any token before its signature is looked at, so its time must not grow with the square of
 * the length, as that of a pattern for the slashes does.
 */
export function canonicalIssuer(issuer: string): string {
  const withScheme = /^[a-z][a-z0-9+.-]*:/i.test(issuer) ? issuer : `https://${issuer}`;
  let end = withScheme.length;
  while (withScheme[end - 1] === "/") end -= 1;
  return withScheme.slice(0, end);
}
