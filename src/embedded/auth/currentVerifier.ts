/**
 * The token verifier of the code that is loaded: rebuilt whenever new code or environment brings another
 * `auth.config`, so that sockets and requests need not know about deployments.
 */
import type { AuthConfig } from "../functions/code/analyzedFunction.ts";
import { parseAuthProviders } from "./authProviders.ts";
import { createProviderKeys } from "./providerKeys.ts";
import { rememberTokens } from "./rememberTokens.ts";
import { createTokenVerifier, InvalidTokenError, type TokenVerifier } from "./verifyToken.ts";

export type AuthConfigSource = {
  authConfig(): AuthConfig | null;
  onLoad(listener: () => void): () => void;
};

/**
 * A config that cannot be read refuses every token, and the refusal says why.
 * @param now milliseconds since the epoch
 */
export function currentVerifier(source: AuthConfigSource, now: () => number): TokenVerifier {
  let verifier = build(source, now);
  source.onLoad(() => (verifier = build(source, now)));
  return (token) => verifier(token);
}

function build(source: AuthConfigSource, now: () => number): TokenVerifier {
  try {
    const config = source.authConfig() ?? { providers: [] };
    const providers = parseAuthProviders(config);
    return rememberTokens(createTokenVerifier(providers, createProviderKeys(), now), now);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return () => Promise.reject(new InvalidTokenError(reason));
  }
}
