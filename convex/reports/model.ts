/** The one report of a session and how it is asked for. */
import { internal } from "../_generated/api.js";
import type { Id } from "../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../_generated/server.js";

export async function findReport(ctx: QueryCtx, sessionId: Id<"sessions">) {
  return await ctx.db
    .query("reports")
    .withIndex("by_sessionId", (q) => q.eq("sessionId", sessionId))
    .unique();
}

/** Asks for a report, or for a new one; the old content stays until then. Safe to repeat. */
export async function beginReport(ctx: MutationCtx, sessionId: Id<"sessions">): Promise<void> {
  const report = await findReport(ctx, sessionId);
  const state = { kind: "making" as const };
  if (report === null) await ctx.db.insert("reports", { sessionId, state, madeBy: "" });
  else await ctx.db.patch("reports", report._id, { state });
  const input = { sessionId };
  await ctx.scheduler.runAfter(0, internal.jobs.enqueue.run, { name: "analyseSession", input });
}
