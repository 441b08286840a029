/**
 * Tokens that let a client upload a file without any other credential, for one hour. They are signed
 * rather than stored; the key lies in the database so that they outlive a restart.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Database } from "../store/database.ts";
import type { RangeBound } from "../transaction/queryJson.ts";

const TOKEN_LIFE_MS = 3_600_000; // as on Convex
const SETTING = "uploadTokenKey";

export interface UploadTokens {
  /** @param component path of the component that will own what is uploaded */
  issue(component: string): string;
  /** The component of a valid token, else null. */
  check(token: string): string | null;
}

/** @param now ms since epoch */
export async function openUploadTokens(
  database: Database,
  now: () => number,
): Promise<UploadTokens> {
  const key = await storedKey(database);
  const sign = (text: string) => createHmac("sha256", key).update(text).digest("base64url");
  return {
    issue(component) {
      const expiresAt = String(now() + TOKEN_LIFE_MS);
      const nonce = randomBytes(9).toString("base64url");
      const claims = `${expiresAt}.${nonce}.${Buffer.from(component).toString("base64url")}`;
      return `${claims}.${sign(claims)}`;
    },
    check(token) {
      const [expiresAt = "", nonce = "", component = "", signature = ""] = token.split(".");
      const expected = Buffer.from(sign(`${expiresAt}.${nonce}.${component}`));
      const given = Buffer.from(signature);
      const isSigned = given.length === expected.length && timingSafeEqual(given, expected);
      if (!isSigned || Number(expiresAt) <= now()) return null;
      return Buffer.from(component, "base64url").toString();
    },
  };
}

async function storedKey(database: Database): Promise<Buffer> {
  const tx = database.begin("mutation");
  const range: RangeBound[] = [{ type: "Eq", fieldPath: "key", value: SETTING }];
  const found = tx.system
    .openQuery({
      source: { type: "IndexRange", indexName: "_engine_settings.by_key", range, order: "asc" },
      operators: [{ limit: 1 }],
    })
    .next();
  if (found !== null) {
    tx.close();
    return Buffer.from(found["value"] as string, "base64");
  }
  const key = randomBytes(32);
  tx.system.insert("_engine_settings", { key: SETTING, value: key.toString("base64") });
  await database.commit(tx);
  return key;
}
