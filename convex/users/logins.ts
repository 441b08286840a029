/**
 * Where people are signed in, for the gateway. Refresh tokens arrive hashed. A refresh token works once;
 * when an old one turns up again, one of its two holders stole it, so the login is revoked (rule AC3).
 */
import { v } from "convex/values";
import type { Id } from "../_generated/dataModel.js";
import type { MutationCtx } from "../_generated/server.js";
import { appError } from "../contract/errors.ts";
import { serviceMutation } from "../functions.ts";
import { MAX_LOGINS_PER_USER } from "./model.ts";

const MAX_TOKENS_DELETED = 2_000; // a login refreshed hourly for its month has 720

/** Two tabs of one browser may refresh at the same moment; this close together it is no theft. */
const SIMULTANEOUS_REFRESH_MS = 10_000;

/** Opens a login; the user's oldest one is closed when there are too many. @throws NOT_FOUND */
export const open = serviceMutation({
  args: { userId: v.id("users"), refreshTokenHash: v.string(), expiresAt: v.number() },
  returns: v.id("logins"),
  handler: async (ctx, args) => {
    const user = await ctx.db.get("users", args.userId);
    if (user === null || user.isRemoving === true) throw appError("NOT_FOUND");
    const logins = await ctx.db
      .query("logins")
      .withIndex("by_userId", (q) => q.eq("userId", args.userId))
      .take(MAX_LOGINS_PER_USER);
    const [oldest] = logins;
    if (oldest !== undefined && logins.length === MAX_LOGINS_PER_USER) {
      await deleteLogin(ctx, oldest._id);
    }
    const { userId, expiresAt, refreshTokenHash: tokenHash } = args;
    const loginId = await ctx.db.insert("logins", { userId, expiresAt });
    await ctx.db.insert("refreshTokens", { loginId, tokenHash });
    return loginId;
  },
});

/** Trades a refresh token for the next one; null means: sign in again. Not idempotent, by intent. */
export const rotate = serviceMutation({
  args: { refreshTokenHash: v.string(), newRefreshTokenHash: v.string(), expiresAt: v.number() },
  returns: v.union(
    v.object({ userId: v.id("users"), loginId: v.id("logins"), name: v.string() }),
    v.null(),
  ),
  handler: async (ctx, args) => {
    const now = Date.now();
    const token = await ctx.db
      .query("refreshTokens")
      .withIndex("by_tokenHash", (q) => q.eq("tokenHash", args.refreshTokenHash))
      .first();
    const login = token === null ? null : await ctx.db.get("logins", token.loginId);
    if (token === null || login === null) return null;
    if (login.revokedAt !== undefined || login.expiresAt <= now) return null;
    if (token.replacedAt !== undefined && now - token.replacedAt > SIMULTANEOUS_REFRESH_MS) {
      await ctx.db.patch("logins", login._id, { revokedAt: now });
      return null;
    }
    const user = await ctx.db.get("users", login.userId);
    if (user === null) return null;
    await ctx.db.patch("refreshTokens", token._id, { replacedAt: token.replacedAt ?? now });
    await ctx.db.insert("refreshTokens", {
      loginId: login._id,
      tokenHash: args.newRefreshTokenHash,
    });
    await ctx.db.patch("logins", login._id, { expiresAt: args.expiresAt });
    return { userId: user._id, loginId: login._id, name: user.name };
  },
});

/** Closes a login for good; safe to repeat, also for one that is gone. */
export const revoke = serviceMutation({
  args: { loginId: v.id("logins") },
  returns: v.null(),
  handler: async (ctx, { loginId }) => {
    const login = await ctx.db.get("logins", loginId);
    if (login !== null && login.revokedAt === undefined) {
      await ctx.db.patch("logins", loginId, { revokedAt: Date.now() });
    }
    return null;
  },
});

async function deleteLogin(ctx: MutationCtx, loginId: Id<"logins">): Promise<void> {
  const tokens = await ctx.db
    .query("refreshTokens")
    .withIndex("by_loginId", (q) => q.eq("loginId", loginId))
    .take(MAX_TOKENS_DELETED);
  for (const token of tokens) await ctx.db.delete("refreshTokens", token._id);
  await ctx.db.delete("logins", loginId);
}
