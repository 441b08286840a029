/**
 * Decides whether a user's JWT is to be believed, and whom it names. Knows nothing of sockets or requests.
 *
 * The provider is chosen by the unverified issuer and audience; then the signature, the algorithm (from the
 * provider's list, never from the token alone), issuer, audience, expiry and not-before are all checked.
 */
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from "jose";

import { canonicalIssuer, type AuthProvider } from "./authProviders.ts";
import { KeysUnavailableError, type ProviderKeys } from "./providerKeys.ts";
import { userAttributes, type UserAttributes } from "./userAttributes.ts";

const CLOCK_TOLERANCE_SECONDS = 5;
const MAX_TOKEN_CHARS = 64 * 1024; // an identity is a few hundred bytes; more is an attack on the parser

/** A token that is not, or no longer, acceptable. The message may be shown to the client. */
export class InvalidTokenError extends Error {
  override readonly name = "InvalidTokenError";
}

export type VerifiedUser = {
  attributes: UserAttributes;
  /** ms since epoch, clock tolerance included: from then on the user is no longer believed. */
  expiresAt: number;
};

export type TokenVerifier = (token: string) => Promise<VerifiedUser>;

/**
 * @throws InvalidTokenError if the token is refused
 * @throws KeysUnavailableError if the provider's keys cannot be had now
 */
export function createTokenVerifier(
  providers: readonly AuthProvider[],
  keys: ProviderKeys,
  now: () => number,
): TokenVerifier {
  return async (token) => {
    if (token.length > MAX_TOKEN_CHARS) throw new InvalidTokenError("The token is too long");
    const provider = chooseProvider(providers, token);
    const claims = await verifiedClaims(token, provider, keys, now);
    // Required by the options below; the check is for the compiler.
    if (claims.sub === undefined || claims.iss === undefined || claims.exp === undefined) {
      throw new InvalidTokenError("The token lacks sub, iss or exp");
    }
    return {
      attributes: userAttributes(claims, claims.iss, claims.sub),
      expiresAt: (claims.exp + CLOCK_TOLERANCE_SECONDS) * 1000,
    };
  };
}

function chooseProvider(providers: readonly AuthProvider[], token: string): AuthProvider {
  let claims: JWTPayload;
  let keyId: string | undefined;
  try {
    claims = decodeJwt(token);
    keyId = decodeProtectedHeader(token).kid;
  } catch {
    throw new InvalidTokenError("The token is not a JWT");
  }
  const issuer = canonicalIssuer(typeof claims.iss === "string" ? claims.iss : "");
  const audiences = [claims.aud ?? []].flat();
  const provider = providers.find(
    (candidate) =>
      candidate.issuer === issuer &&
      (candidate.audience === null || audiences.includes(candidate.audience)),
  );
  if (provider === undefined) {
    throw new InvalidTokenError(
      "No auth provider found matching the given token: check issuer and audience in auth.config.ts",
    );
  }
  if (provider.kind === "customJwt" && keyId === undefined) {
    throw new InvalidTokenError("The token's header carries no kid");
  }
  return provider;
}

async function verifiedClaims(
  token: string,
  provider: AuthProvider,
  keys: ProviderKeys,
  now: () => number,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, await keys(provider), {
      algorithms: [...provider.algorithms],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(now()),
      requiredClaims: ["sub", "iss", "exp"],
    });
    return payload;
  } catch (error) {
    if (error instanceof KeysUnavailableError) throw error;
    if (isFetchFailure(error)) {
      throw new KeysUnavailableError("Could not fetch the provider's keys", { cause: error });
    }
    const reason = error instanceof errors.JOSEError ? error.message : "it could not be verified";
    throw new InvalidTokenError(`The token was refused: ${reason}`, { cause: error });
  }
}

/** Whether the provider, not the token, is to blame: no connection, no time, or no JWKS in its answer. */
function isFetchFailure(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof errors.JWKSTimeout) return true;
  if (error instanceof errors.JWKSInvalid) return true;
  return error instanceof errors.JOSEError && error.code === "ERR_JOSE_GENERIC";
}
