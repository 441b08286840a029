/**
 * Remembers which access tokens are genuine: a class that comes in shows each of its tokens several times,
 * and checking a signature is most of what a handshake costs. Refusals are not remembered, nor is a token
 * beyond its end. Whether its login was revoked is no business of a signature and asked elsewhere (ID3).
 */
import type { Clock } from "../../util/clock.ts";
import type { StudentClaims, Tokens } from "./tokens.ts";

/** A genuine token and whom it names; the same object for as long as it is remembered. */
export interface Credentials {
  readonly token: string;
  readonly claims: StudentClaims;
}

/** Those shown last; about 1 KB each. */
const MAX_REMEMBERED = 4_000;

/** Returns what tells a token's credentials; undefined for anything that is not genuine and alive. */
export function rememberTokens(
  tokens: Pick<Tokens, "verifyStudent">,
  clock: Clock,
): (token: string) => Promise<Credentials | undefined> {
  const remembered = new Map<string, Promise<Credentials | undefined>>();

  async function check(token: string): Promise<Credentials | undefined> {
    const claims = await tokens.verifyStudent(token);
    if (claims === null) remembered.delete(token);
    return claims === null ? undefined : { token, claims };
  }

  return async (token) => {
    const known = remembered.get(token) ?? check(token);
    remembered.delete(token);
    remembered.set(token, known); // as the newest
    const oldest = remembered.keys().next();
    if (remembered.size > MAX_REMEMBERED && oldest.done !== true) remembered.delete(oldest.value);
    const credentials = await known;
    if (credentials === undefined || credentials.claims.expiresAt > clock.now()) return credentials;
    remembered.delete(token);
    return undefined;
  };
}
