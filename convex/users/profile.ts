/** A person's own account: see it, rename it, remove it with everything in it. */
import { v } from "convex/values";
import { internal } from "../_generated/api.js";
import { appError } from "../contract/errors.ts";
import { studentMutation, studentQuery } from "../functions.ts";
import { cleanName, revokeAllLogins } from "./model.ts";
import { vUserKind } from "./tables.ts";

export const me = studentQuery({
  args: {},
  returns: v.object({
    userId: v.id("users"),
    name: v.string(),
    kind: vUserKind,
    email: v.optional(v.string()),
  }),
  handler: async (ctx) => {
    const user = await ctx.db.get("users", ctx.user.userId);
    if (user === null) throw appError("UNAUTHENTICATED");
    const { _id: userId, name, kind, email } = user;
    return { userId, name, kind, ...(email === undefined ? {} : { email }) };
  },
});

/** @throws INVALID_INPUT */
export const rename = studentMutation({
  args: { name: v.string() },
  returns: v.null(),
  handler: async (ctx, { name }) => {
    await ctx.db.patch("users", ctx.user.userId, { name: cleanName(name) });
    return null;
  },
});

/** Signs out everywhere at once and removes the account and the sessions it owns, in batches. */
export const remove = studentMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const { userId } = ctx.user;
    await revokeAllLogins(ctx, userId, Date.now());
    await ctx.db.patch("users", userId, { isRemoving: true });
    await ctx.scheduler.runAfter(0, internal.jobs.removeAccount.run, { userId });
    return null;
  },
});
