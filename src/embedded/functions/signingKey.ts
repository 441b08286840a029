/**
 * The ES256 key that signs what `ctx.auth.signJwt` makes. Kept in a file beside the database so that
 * tokens stay valid over restarts; anyone can check them with the public half.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
} from "node:crypto";
import type { KeyObject } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

export interface SigningKey {
  /** The body of `/.well-known/jwks.json`. */
  readonly jwks: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  /** A compact JWT over the claims, with `alg` and `kid` in its header. */
  sign(claims: Readonly<Record<string, unknown>>): string;
}

/** Opens the key in `file`, making it at first use; null keeps a key in memory only. */
export function openSigningKey(file: string | null): SigningKey {
  const privateKey = file === null ? newKey() : storedKey(file);
  const jwk = createPublicKey(privateKey).export({ format: "jwk" });
  const kid = createHash("sha256").update(JSON.stringify(jwk)).digest("base64url").slice(0, 16);
  const header = encode({ alg: "ES256", typ: "JWT", kid });
  return {
    jwks: { keys: [{ ...jwk, kid, alg: "ES256", use: "sig" }] },
    sign(claims) {
      const signed = `${header}.${encode(claims)}`;
      const signature = sign("sha256", Buffer.from(signed), {
        key: privateKey,
        dsaEncoding: "ieee-p1363", // the form that JWS asks for
      });
      return `${signed}.${signature.toString("base64url")}`;
    },
  };
}

function newKey(): KeyObject {
  return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
}

function storedKey(file: string): KeyObject {
  if (existsSync(file)) return createPrivateKey(readFileSync(file));
  const key = newKey();
  writeFileSync(file, key.export({ format: "pem", type: "pkcs8" }), { mode: 0o600, flag: "wx" });
  return key;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
