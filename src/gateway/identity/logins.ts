/**
 * The logins people hold. A login is a row in Convex; an access token names it and lives an hour, a
 * refresh token renews it and works once (ID7). Refresh tokens are 256 random bits, stored as hashes
 * only. Knows nothing of HTTP, names or passwords.
 */
import { createHash, randomBytes } from "node:crypto";
import { appError } from "../../../convex/contract/errors.ts";
import type { Clock } from "../../util/clock.ts";
import type { StudentClaims, Tokens } from "./tokens.ts";

/** A login that nobody renews for this long is over: longer than most school holidays. */
const LOGIN_LIFE_MS = 30 * 24 * 60 * 60 * 1000;
const REFRESH_TOKEN_BYTES = 32;

/** The durable side, in Convex. Errors are coded (contract/errors.ts). */
export interface LoginStore {
  open(login: { userId: string; refreshTokenHash: string; expiresAt: number }): Promise<string>;
  /** Null for a token that is unknown, over, or was used before (which also revokes its login). */
  rotate(rotation: {
    refreshTokenHash: string;
    newRefreshTokenHash: string;
    expiresAt: number;
  }): Promise<{ userId: string; loginId: string; name: string } | null>;
  revoke(loginId: string): Promise<void>;
  /** Whether the login behind this genuine access token still stands. */
  isLive(accessToken: string): Promise<boolean>;
}

/** What every way of signing in answers. */
export interface SignedIn {
  readonly token: string;
  readonly userId: string;
  readonly expiresAt: number; // of `token`, ms since epoch
  readonly refreshToken: string;
}

export interface Logins {
  open(user: { userId: string; name: string }): Promise<SignedIn>;
  /** Trades a refresh token for a new pair. @throws UNAUTHENTICATED */
  renew(refreshToken: string): Promise<SignedIn>;
  /** Whom a genuine access token names, be its login revoked or not. @throws UNAUTHENTICATED */
  identify(token: string | undefined): Promise<StudentClaims>;
  /** The same, and the login is alive. @throws UNAUTHENTICATED */
  authenticate(token: string | undefined): Promise<StudentClaims>;
  /** Safe to repeat. */
  close(loginId: string): Promise<void>;
}

export function createLogins(deps: { store: LoginStore; tokens: Tokens; clock: Clock }): Logins {
  const { store, tokens, clock } = deps;

  async function identify(token: string | undefined): Promise<StudentClaims> {
    const claims = token === undefined ? null : await tokens.verifyStudent(token);
    if (claims === null) throw appError("UNAUTHENTICATED");
    return claims;
  }

  return {
    async open({ userId, name }) {
      const refresh = makeRefreshToken();
      const expiresAt = clock.now() + LOGIN_LIFE_MS;
      const loginId = await store.open({ userId, refreshTokenHash: refresh.hash, expiresAt });
      const issued = await tokens.issueStudent({ userId, loginId, name });
      return { ...issued, userId, refreshToken: refresh.token };
    },
    async renew(refreshToken) {
      const next = makeRefreshToken();
      const login = await store.rotate({
        refreshTokenHash: hashOf(refreshToken),
        newRefreshTokenHash: next.hash,
        expiresAt: clock.now() + LOGIN_LIFE_MS,
      });
      if (login === null) throw appError("UNAUTHENTICATED", "This login is over. Sign in again.");
      const issued = await tokens.issueStudent(login);
      return { ...issued, userId: login.userId, refreshToken: next.token };
    },
    identify,
    async authenticate(token) {
      const claims = await identify(token);
      if (token === undefined || !(await store.isLive(token))) throw appError("UNAUTHENTICATED");
      return claims;
    },
    close: (loginId) => store.revoke(loginId),
  };
}

function makeRefreshToken() {
  const token = randomBytes(REFRESH_TOKEN_BYTES).toString("base64url");
  return { token, hash: hashOf(token) };
}

/** Plain SHA-256 is right for a random 256-bit secret: there is nothing to guess. */
function hashOf(refreshToken: string): string {
  return createHash("sha256").update(refreshToken).digest("base64url");
}
