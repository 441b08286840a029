/**
 * The keys with which an installation signs its tokens, as data: one key that signs, and retired
 * ones of which only the public half is kept until no token of theirs can be alive (ID2). All
 * companions of an installation share one ring, and with it the issuer's name. Pure but for key
 * generation: where a ring is stored is keyFile.ts's business.
 */
import { createPublicKey, generateKeyPairSync, hkdfSync, randomBytes } from "node:crypto";
import type { JsonWebKey } from "node:crypto";
import { z } from "zod";

/**
 * How long a retired key stays trusted: far longer than a token lives (1 h), so that companions
 * which still sign with the old key can be restarted one after the other, at leisure.
 */
const RETIRED_KEY_TRUSTED_MS = 24 * 60 * 60 * 1000;

const storedJwk = z.object({
  kty: z.literal("EC"),
  crv: z.literal("P-256"),
  x: z.string(),
  y: z.string(),
});
const storedRing = z.object({
  issuer: z.url(),
  signing: z.object({ kid: z.string(), jwk: storedJwk.extend({ d: z.string() }) }),
  retired: z.array(
    z.object({ kid: z.string(), jwk: storedJwk, retiredAt: z.number() /* ms since epoch */ }),
  ),
});

export type KeyRing = z.infer<typeof storedRing>;
export interface Jwks {
  readonly keys: readonly JsonWebKey[];
}

/** A fresh ring with an issuer of its own. The issuer is a name only: nothing is ever fetched from it. */
export function makeKeyRing(): KeyRing {
  return {
    issuer: `https://${randomBytes(8).toString("hex")}.lectern.invalid`,
    signing: makeSigningKey(),
    retired: [],
  };
}

/** A ring that signs with a new key and still trusts the old one; its private half is forgotten. */
export function rotateKeyRing(ring: KeyRing, now: number): KeyRing {
  const { kid, jwk } = ring.signing;
  return {
    issuer: ring.issuer,
    signing: makeSigningKey(),
    retired: [{ kid, jwk: publicHalf(jwk), retiredAt: now }, ...trustedRetired(ring, now)],
  };
}

/** @throws Error that says what is wrong, without repeating any of the text, which holds a secret */
export function parseKeyRing(text: string): KeyRing {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error("not valid JSON"); // the parser's own message quotes the text
  }
  const ring = storedRing.safeParse(parsed);
  if (!ring.success) {
    throw new Error(`field ${ring.error.issues[0]?.path.join(".") ?? ""} is missing or wrong`);
  }
  for (const { jwk } of [ring.data.signing, ...ring.data.retired]) {
    createPublicKey({ key: publicHalf(jwk), format: "jwk" }); // throws for a point off the curve
  }
  return ring.data;
}

/** 32 secret bytes for one purpose, the same for all companions until the ring is rotated. */
export function deriveSecret({ signing }: KeyRing, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", signing.jwk.d, "", purpose, 32));
}

/** The public keys of all tokens that may be alive at `now`, as a standard JWKS. */
export function publicJwks(ring: KeyRing, now: number): Jwks {
  return {
    keys: [ring.signing, ...trustedRetired(ring, now)].map(({ kid, jwk }) => ({
      ...publicHalf(jwk),
      kid,
      alg: "ES256",
      use: "sig",
    })),
  };
}

/** The same as a `data:` address: what Convex is given, so that it need not reach a companion. */
export function jwksDataUri(jwks: Jwks): string {
  const json = Buffer.from(JSON.stringify(jwks)).toString("base64");
  return `data:text/plain;charset=utf-8;base64,${json}`;
}

function trustedRetired(ring: KeyRing, now: number): KeyRing["retired"] {
  return ring.retired.filter((key) => key.retiredAt + RETIRED_KEY_TRUSTED_MS > now);
}

function makeSigningKey(): KeyRing["signing"] {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x, y, d } = storedRing.shape.signing.shape.jwk.parse(
    privateKey.export({ format: "jwk" }),
  );
  return { kid: randomBytes(8).toString("hex"), jwk: { kty: "EC", crv: "P-256", x, y, d } };
}

function publicHalf({ kty, crv, x, y }: z.infer<typeof storedJwk>) {
  return { kty, crv, x, y };
}
