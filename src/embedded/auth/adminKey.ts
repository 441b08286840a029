/**
 * The key that opens everything: made at first start, written as `name|secret`. What stands before the
 * bar is for people; only the secret is compared.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

import type { JSONValue } from "convex/values";

export function generateAdminKey(instanceName: string): string {
  return `${instanceName}|${randomBytes(32).toString("hex")}`;
}

/** A presented key that was right. `actingAs`: the user attributes it wants to act with, if any. */
export type AdminClaim = { actingAs?: Record<string, JSONValue> };

/** @param presented `key` or `key:<base64 JSON of user attributes>`; null is returned if the key is wrong */
export function checkAdminKey(presented: string, adminKey: string): AdminClaim | null {
  const [secret = "", attributes] = secretPart(presented).split(":");
  if (!isSame(secret, secretPart(adminKey))) return null;
  if (attributes === undefined) return {};
  try {
    const actingAs: unknown = JSON.parse(Buffer.from(attributes, "base64").toString("utf8"));
    if (typeof actingAs !== "object" || actingAs === null || Array.isArray(actingAs)) return null;
    return { actingAs: actingAs as Record<string, JSONValue> };
  } catch {
    return null;
  }
}

/** What follows the readable prefix, which may itself contain colons (`prod:name|secret`). */
function secretPart(key: string): string {
  return key.slice(key.indexOf("|") + 1);
}

/** Compares digests: equal in length, so the time taken tells nothing about the secret. */
function isSame(left: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
