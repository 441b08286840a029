/**
 * Spares the check of a signature that was checked a moment ago: a server that calls with one token a
 * thousand times a second would else spend more on signatures than on its calls. For so short a while
 * only that a key which its provider has withdrawn is not believed much longer (BW3).
 */
import type { TokenVerifier, VerifiedUser } from "./verifyToken.ts";

const REMEMBERED_MS = 30_000;
const MAX_REMEMBERED = 1_000; // tokens; some 2 MB with their claims

/** @param now milliseconds since the epoch */
export function rememberTokens(verify: TokenVerifier, now: () => number): TokenVerifier {
  const remembered = new Map<string, { user: VerifiedUser; until: number }>();
  return async (token) => {
    const known = remembered.get(token);
    if (known !== undefined && now() < known.until) return known.user;
    remembered.delete(token);
    const user = await verify(token); // a refusal throws, and is not remembered
    const oldest = remembered.keys().next();
    if (remembered.size >= MAX_REMEMBERED && oldest.done !== true) remembered.delete(oldest.value);
    remembered.set(token, { user, until: Math.min(user.expiresAt, now() + REMEMBERED_MS) });
    return user;
  };
}
