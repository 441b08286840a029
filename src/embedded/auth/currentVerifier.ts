/**
 * The token verifier of the code that is loaded: rebuilt whenever new code or environment brings another
 * `auth.config`, so that sockets and requests need not know about deployments.
 */
import type { AuthConfig } from "../functions/analyzedFunction.ts";
import { parseAuthProviders } from "./authProviders.ts";
import { createProviderKeys } from "./providerKeys.ts";
import { createTokenVerifier, InvalidTokenError, type TokenVerifier } from "./verifyToken.ts";

export type CurrentVerifierDeps = {
  authConfig(): AuthConfig | null;
  onLoad(listener: () => void): () => void;
  /** Milliseconds since the epoch. */
  now: () => number;
};

/** A config that cannot be read refuses every token, and the refusal says why. */
export function currentVerifier(deps: CurrentVerifierDeps): TokenVerifier {
  let verifier = build(deps);
  deps.onLoad(() => (verifier = build(deps)));
  return (token) => verifier(token);
}

function build(deps: CurrentVerifierDeps): TokenVerifier {
  try {
    const config = deps.authConfig() ?? { providers: [] };
    return createTokenVerifier(parseAuthProviders(config), createProviderKeys(), deps.now);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return () => Promise.reject(new InvalidTokenError(reason));
  }
}
