/**
 * Tokens that must never be believed: each is a genuine one but for one thing. Made from the key ring
 * itself, so that only that one thing can be what is noticed.
 */
import { createPrivateKey, createPublicKey, createHmac, generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { SignJWT, base64url } from "jose";
import type { KeyRing } from "../../src/gateway/identity/keyRing.ts";

export interface ForgedToken {
  readonly flaw: string;
  readonly token: string;
}

type Person = { userId: string; loginId: string; name: string };

const encode = (value: object) => base64url.encode(JSON.stringify(value));

/** `count` tokens, every kind of flaw equally often. */
export async function forgeTokens(
  ring: KeyRing,
  person: Person,
  count: number,
): Promise<ForgedToken[]> {
  const makers = await flaws(ring, person);
  const forged: ForgedToken[] = [];
  for (let i = 0; i < count; i++) {
    const [flaw, make] = makers[i % makers.length]!;
    forged.push({ flaw, token: await make(i) });
  }
  return forged;
}

async function flaws(ring: KeyRing, person: Person) {
  const ours = createPrivateKey({ key: ring.signing.jwk, format: "jwk" });
  const { kid } = ring.signing;
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: ring.issuer,
    aud: "lectern",
    sub: person.userId,
    sid: person.loginId,
    name: person.name,
    iat: now - 10,
    exp: now + 3600,
  };
  const header = { alg: "ES256", kid, typ: "JWT" };
  const sign = (payload: object, head: object, key: KeyObject) =>
    new SignJWT({ ...payload }).setProtectedHeader({ alg: "ES256", ...head }).sign(key);
  const stranger = () => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const publicPem = createPublicKey(ours).export({ type: "spki", format: "pem" });
  const genuine = await sign(claims, header, ours);
  const [head = "", body = "", signature = ""] = genuine.split(".");
  const without = (claim: keyof typeof claims) => ({ ...claims, [claim]: undefined });

  return [
    ["signed by another key under our kid", () => sign(claims, header, stranger())],
    ["alg none", () => `${encode({ alg: "none", typ: "JWT" })}.${body}.`],
    ["alg None, kid kept", () => `${encode({ ...header, alg: "None" })}.${body}.${signature}`],
    [
      "HS256 keyed with our public key",
      () => {
        const signed = `${encode({ ...header, alg: "HS256" })}.${body}`;
        return `${signed}.${createHmac("sha256", publicPem).update(signed).digest("base64url")}`;
      },
    ],
    [
      "HS256 keyed with our public JWK's x",
      () => {
        const signed = `${encode({ ...header, alg: "HS256" })}.${body}`;
        const key = Buffer.from(ring.signing.jwk.x, "base64url");
        return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
      },
    ],
    ["RS256 under our kid", () => sign(claims, { ...header, alg: "RS256" }, rsa)],
    ["expired", (i) => sign({ ...claims, exp: now - 60 - i }, header, ours)],
    ["never expires", () => sign(without("exp"), header, ours)],
    ["not valid yet", () => sign({ ...claims, nbf: now + 600 }, header, ours)],
    ["another audience", (i) => sign({ ...claims, aud: `lectern${i}` }, header, ours)],
    ["the companion's audience", () => sign({ ...claims, aud: "lectern-service" }, header, ours)],
    ["no audience", () => sign(without("aud"), header, ours)],
    ["another issuer", () => sign({ ...claims, iss: "https://evil.invalid" }, header, ours)],
    [
      "the companion's issuer, not its audience",
      () => sign({ ...claims, iss: `${ring.issuer}/service` }, header, ours),
    ],
    ["a foreign kid", (i) => sign(claims, { ...header, kid: `0000${i}` }, ours)],
    ["no kid", () => sign(claims, { typ: "JWT" }, ours)],
    [
      "a key of its own in the header",
      () => {
        const key = stranger();
        return sign(
          claims,
          { ...header, jwk: createPublicKey(key).export({ format: "jwk" }) },
          key,
        );
      },
    ],
    [
      "another subject pasted in",
      () => {
        const pasted = encode({ ...claims, sub: `${claims.sub}x` });
        return `${head}.${pasted}.${signature}`;
      },
    ],
    [
      "a signature with one bit turned",
      (i) => {
        const bytes = Buffer.from(signature, "base64url");
        bytes[i % 64]! ^= 1;
        return `${head}.${body}.${bytes.toString("base64url")}`;
      },
    ],
    ["a signature cut short", () => `${head}.${body}.${signature.slice(0, 40)}`],
    ["an all-zero signature", () => `${head}.${body}.${Buffer.alloc(64).toString("base64url")}`],
    [
      "an unknown critical header",
      () => `${encode({ ...header, crit: ["x"], x: 1 })}.${body}.${signature}`,
    ],
    ["no login", () => sign(without("sid"), header, ours)],
    ["not a token at all", (i) => "x".repeat(i + 1)],
  ] satisfies [string, (i: number) => string | Promise<string>][];
}
