/** Deletes what nobody will ask for again: jobs that ended well a week ago, logins that ran out. */
import { v } from "convex/values";
import { internal } from "../_generated/api.js";
import { internalMutation } from "../_generated/server.js";
import { drain, newBudget } from "./removal.ts";

const JOBS_KEPT_MS = 7 * 24 * 60 * 60_000;

/** By cron; goes on by itself while there is more. */
export const run = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const { db } = ctx;
    const now = Date.now();
    const budget = newBudget();
    const jobs = (kind: "succeeded" | "cancelled") =>
      db
        .query("jobs")
        .withIndex("by_state_kind_and_state_endedAt", (q) =>
          q.eq("state.kind", kind).lt("state.endedAt", now - JOBS_KEPT_MS),
        );
    const logins = db.query("logins").withIndex("by_expiresAt", (q) => q.lt("expiresAt", now));
    const isDone =
      (await drain(ctx, budget, "jobs", jobs("succeeded"))) &&
      (await drain(ctx, budget, "jobs", jobs("cancelled"))) &&
      (await drain(ctx, budget, "logins", logins, async ({ _id: loginId }) => {
        const tokens = db
          .query("refreshTokens")
          .withIndex("by_loginId", (q) => q.eq("loginId", loginId));
        return await drain(ctx, budget, "refreshTokens", tokens);
      }));
    if (!isDone) await ctx.scheduler.runAfter(0, internal.jobs.prune.run, {});
    return null;
  },
});
