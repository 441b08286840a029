/** Ends sessions in which nothing happened for IDLE_SESSION_MS. Rule SE4. */
import { v } from "convex/values";
import { internal } from "../_generated/api.js";
import { internalMutation } from "../_generated/server.js";
import { IDLE_SESSION_MS } from "../contract/limits.ts";
import { endSession } from "../sessions/model.ts";

const SESSIONS_PER_BATCH = 50;

/** By cron; goes on by itself while there are more. */
export const run = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const now = Date.now();
    const idle = await ctx.db
      .query("sessionActivity")
      .withIndex("by_lastActiveAt", (q) => q.lt("lastActiveAt", now - IDLE_SESSION_MS))
      .take(SESSIONS_PER_BATCH);
    for (const { _id, sessionId } of idle) {
      const session = await ctx.db.get("sessions", sessionId);
      if (session?.state.kind === "active") await endSession(ctx, session, "idle", now);
      else await ctx.db.delete("sessionActivity", _id);
    }
    if (idle.length === SESSIONS_PER_BATCH) {
      await ctx.scheduler.runAfter(0, internal.jobs.expireIdleSessions.run, {});
    }
    return null;
  },
});
