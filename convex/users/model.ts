/** What every room may ask about people. Rules AC in SPEC.md. */
import type { MutationCtx, QueryCtx } from "../_generated/server.js";
import type { Id } from "../_generated/dataModel.js";
import { appError } from "../contract/errors.ts";
import { MAX_EMAIL_CHARS, MAX_NAME_CHARS } from "../contract/limits.ts";

const GONE_NAME = "Someone who left"; // shown for the author of a turn whose account was removed

/** The shown name, or a stand-in when the person's account is gone. */
export async function shownName(ctx: QueryCtx, userId: Id<"users">): Promise<string> {
  return (await ctx.db.get("users", userId))?.name ?? GONE_NAME;
}

/** A name with outer blanks gone and inner ones single. @throws INVALID_INPUT */
export function cleanName(name: string): string {
  const clean = name.trim().replace(/\s+/gu, " ");
  if (clean.length === 0 || clean.length > MAX_NAME_CHARS) {
    throw appError("INVALID_INPUT", `A name must have 1 to ${MAX_NAME_CHARS} characters.`);
  }
  return clean;
}

/** An address in the one form it is stored in. @throws INVALID_INPUT */
export function cleanEmail(email: string): string {
  const clean = email.trim().toLowerCase();
  if (clean.length > MAX_EMAIL_CHARS || !/^[^\s@]+@[^\s@]+$/u.test(clean)) {
    throw appError("INVALID_INPUT", "That is not an e-mail address.");
  }
  return clean;
}

/** Revokes every login of a user, at most MAX_LOGINS_PER_USER; safe to repeat. */
export async function revokeAllLogins(ctx: MutationCtx, userId: Id<"users">, now: number) {
  const logins = await ctx.db
    .query("logins")
    .withIndex("by_userId", (q) => q.eq("userId", userId))
    .take(MAX_LOGINS_PER_USER);
  for (const login of logins) {
    if (login.revokedAt === undefined) await ctx.db.patch("logins", login._id, { revokedAt: now });
  }
}

/** So that all of a person's logins can be revoked in one transaction; the oldest gives way. */
export const MAX_LOGINS_PER_USER = 50;
