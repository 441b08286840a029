/**
 * Deletes an account that is marked as being removed: its sessions with all in them, its part in other
 * sessions, its answers, its logins, itself. What it said in other people's sessions stays there without its
 * name. Rule AC5.
 */
import { v } from "convex/values";
import { internal } from "../_generated/api.js";
import type { Id } from "../_generated/dataModel.js";
import { internalMutation, type MutationCtx } from "../_generated/server.js";
import { beginSessionRemoval } from "../sessions/model.ts";
import { drain, newBudget, type Budget } from "./removal.ts";

const SESSIONS_PER_BATCH = 50;

/** One batch; goes on by itself until the account is gone. Safe to repeat. */
export const run = internalMutation({
  args: { userId: v.id("users") },
  returns: v.null(),
  handler: async (ctx, { userId }) => {
    const user = await ctx.db.get("users", userId);
    if (user?.isRemoving !== true) return null;
    const budget = newBudget();
    const isGone =
      (await handOverSessions(ctx, userId)) &&
      (await drainTraces(ctx, budget, userId)) &&
      (await drainLogins(ctx, budget, userId));
    if (isGone) await ctx.db.delete("users", userId);
    else await ctx.scheduler.runAfter(0, internal.jobs.removeAccount.run, { userId });
    return null;
  },
});

/** Leaves every session, or begins its removal where the user owns it. True when none is left. */
async function handOverSessions(ctx: MutationCtx, userId: Id<"users">): Promise<boolean> {
  const participants = await ctx.db
    .query("participants")
    .withIndex("by_userId", (q) => q.eq("userId", userId))
    .take(SESSIONS_PER_BATCH);
  for (const { _id, role, sessionId } of participants) {
    if (role === "owner") await beginSessionRemoval(ctx, sessionId);
    await ctx.db.delete("participants", _id);
  }
  return participants.length < SESSIONS_PER_BATCH;
}

async function drainTraces(ctx: MutationCtx, budget: Budget, userId: Id<"users">) {
  const { db } = ctx;
  const answers = db.query("quizAnswers").withIndex("by_userId", (q) => q.eq("userId", userId));
  const credentials = db.query("credentials").withIndex("by_userId", (q) => q.eq("userId", userId));
  return (
    (await drain(ctx, budget, "quizAnswers", answers)) &&
    (await drain(ctx, budget, "credentials", credentials))
  );
}

async function drainLogins(ctx: MutationCtx, budget: Budget, userId: Id<"users">) {
  const { db } = ctx;
  const logins = db.query("logins").withIndex("by_userId", (q) => q.eq("userId", userId));
  return await drain(ctx, budget, "logins", logins, async ({ _id: loginId }) => {
    const tokens = db
      .query("refreshTokens")
      .withIndex("by_loginId", (q) => q.eq("loginId", loginId));
    return await drain(ctx, budget, "refreshTokens", tokens);
  });
}
