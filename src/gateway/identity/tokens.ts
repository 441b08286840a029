/**
 * Access tokens: signed by the installation's key, checked against every key it trusts. Two kinds
 * that can never stand in for each other: a student's (issuer, audience `lectern`) and the
 * companion's own towards Convex (issuer + "/service", audience `lectern-service`) (ID3). Knows
 * nothing of logins: whether one was revoked since is asked of Convex by the callers.
 */
import { createPrivateKey, createPublicKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { SignJWT, decodeProtectedHeader, jwtVerify } from "jose";
import type { Clock } from "../../util/clock.ts";
import { publicJwks } from "./keyRing.ts";
import type { Jwks, KeyRing } from "./keyRing.ts";

/** Long enough for a lesson to pass with one or two quiet renewals. */
export const STUDENT_TOKEN_MS = 60 * 60 * 1000;
/** Short: the companion makes itself a new one whenever it needs one. */
export const SERVICE_TOKEN_MS = 5 * 60 * 1000;
/** Ours have about 500; whatever is longer is refused before any of it is decoded. */
const MAX_TOKEN_CHARS = 4096;
const STUDENT_AUDIENCE = "lectern";
const SERVICE_AUDIENCE = "lectern-service";

export interface StudentClaims {
  readonly userId: string;
  readonly loginId: string;
  readonly name: string;
  readonly expiresAt: number; // ms since epoch
}
export interface IssuedToken {
  readonly token: string;
  readonly expiresAt: number; // ms since epoch
}
export interface Tokens {
  readonly issuer: string;
  issueStudent(claims: Omit<StudentClaims, "expiresAt">): Promise<IssuedToken>;
  issueService(): Promise<IssuedToken>;
  /** The claims of a genuine, living student token; null for anything else, whatever it is. */
  verifyStudent(token: string): Promise<StudentClaims | null>;
  /** What other parties need to check our tokens. */
  jwks(): Jwks;
}

export function createTokens(ring: KeyRing, clock: Clock): Tokens {
  const trusted = new Map<string, KeyObject>();
  for (const key of publicJwks(ring, clock.now()).keys) {
    trusted.set(String(key["kid"]), createPublicKey({ key, format: "jwk" }));
  }

  const sign = createSigner(ring, clock);

  return {
    issuer: ring.issuer,
    issueStudent: ({ userId, loginId, name }) =>
      sign(
        { sid: loginId, name },
        {
          issuer: ring.issuer,
          audience: STUDENT_AUDIENCE,
          subject: userId,
          lifeMs: STUDENT_TOKEN_MS,
        },
      ),
    issueService: () =>
      sign(
        {},
        {
          issuer: `${ring.issuer}/service`,
          audience: SERVICE_AUDIENCE,
          subject: "companion",
          lifeMs: SERVICE_TOKEN_MS,
        },
      ),
    async verifyStudent(token) {
      if (token.length > MAX_TOKEN_CHARS) return null;
      try {
        const key = trusted.get(decodeProtectedHeader(token).kid ?? "");
        if (key === undefined) return null;
        const { payload } = await jwtVerify(token, key, {
          algorithms: ["ES256"], // named here, never taken from the token: no `none`, no HMAC
          issuer: ring.issuer,
          audience: STUDENT_AUDIENCE,
          currentDate: new Date(clock.now()),
          requiredClaims: ["sub", "iat", "exp"],
        });
        return readClaims(payload);
      } catch {
        return null; // forged, expired, malformed: callers treat all alike, on purpose
      }
    },
    jwks: () => publicJwks(ring, clock.now()),
  };
}

function createSigner(ring: KeyRing, clock: Clock) {
  const { kid, jwk } = ring.signing;
  const privateKey = createPrivateKey({ key: jwk, format: "jwk" });
  return async (
    payload: Record<string, unknown>,
    to: { issuer: string; audience: string; subject: string; lifeMs: number },
  ): Promise<IssuedToken> => {
    const issuedAt = Math.floor(clock.now() / 1000); // JWT times are whole seconds
    const expiresAt = issuedAt * 1000 + to.lifeMs;
    const token = await new SignJWT(payload)
      .setProtectedHeader({ alg: "ES256", kid, typ: "JWT" })
      .setIssuer(to.issuer)
      .setAudience(to.audience)
      .setSubject(to.subject)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt / 1000)
      .sign(privateKey);
    return { token, expiresAt };
  };
}

function readClaims(payload: {
  sub?: string;
  exp?: number;
  [claim: string]: unknown;
}): StudentClaims | null {
  const { sub, exp, sid, name } = payload as Record<string, unknown>;
  if (typeof sub !== "string" || typeof exp !== "number") return null;
  if (typeof sid !== "string" || typeof name !== "string") return null;
  return { userId: sub, loginId: sid, name, expiresAt: exp * 1000 };
}
