/** Signs the tokens of the users of a history, for as short a time as is asked for. */
import { exportJWK, generateKeyPair, SignJWT } from "jose";

export type Token = {
  readonly text: string;
  /** From then on no server may believe it. Milliseconds since the epoch. */
  readonly expiresAt: number;
};

export type TokenIssuer = {
  /** What the functions need to believe its tokens. */
  readonly environment: Readonly<Record<string, string>>;
  token(subject: string, validMs: number): Promise<Token>;
};

const ISSUER = "https://issuer.example"; // as in the project's auth.config.ts
const AUDIENCE = "histories";
/** For so long after its `exp` a server believes a token, in case that clocks differ. */
const TOLERANCE_SECONDS = 5;
/** Clients renew a token by its lifetime, not by the clock: one that seems to live long, they keep. */
const CLAIMED_LIFETIME_SECONDS = 3_600;

export async function createTokenIssuer(): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: "k1", alg: "ES256" };
  let tokens = 0;
  return {
    environment: { HISTORY_JWKS: `data:application/json,${JSON.stringify({ keys: [jwk] })}` },
    async token(subject, validMs) {
      const expiresAt = Date.now() + validMs;
      const exp = expiresAt / 1000 - TOLERANCE_SECONDS;
      const text = await new SignJWT({ aud: AUDIENCE, jti: String(++tokens) })
        .setProtectedHeader({ alg: "ES256", kid: "k1" })
        .setSubject(subject)
        .setIssuer(ISSUER)
        .setIssuedAt(exp - CLAIMED_LIFETIME_SECONDS)
        .setExpirationTime(exp)
        .sign(privateKey);
      return { text, expiresAt };
    },
  };
}
