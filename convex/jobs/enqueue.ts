/** The one way to ask for background work. Other rooms schedule it, so a job exists exactly if they committed. */
import { v } from "convex/values";
import { internalMutation } from "../_generated/server.js";
import { scheduleJob } from "./model.ts";
import { JOBS } from "./registry.ts";
import { vJobInput, vJobName } from "./tables.ts";

const RECENT_OF_KEY = 5; // at most one of a key is alive, and it is the newest

/** Makes a job, unless one with the same idempotency key is alive (rule JB1). Returns the one that is. */
export const run = internalMutation({
  args: { name: vJobName, input: vJobInput },
  returns: v.union(v.id("jobs"), v.null()),
  handler: async (ctx, { name, input }) => {
    const definition = JOBS[name];
    if (!(await definition.isWanted(ctx, input))) return null;
    const idempotencyKey = `${name}:${definition.idempotencyKey(input)}`;
    const recent = await ctx.db
      .query("jobs")
      .withIndex("by_idempotencyKey", (q) => q.eq("idempotencyKey", idempotencyKey))
      .order("desc")
      .take(RECENT_OF_KEY);
    const alive = recent.find(({ state }) => state.kind === "pending" || state.kind === "running");
    if (alive !== undefined) return alive._id;

    const { sessionId, documentId } = input;
    const runAt = Date.now();
    const jobId = await ctx.db.insert("jobs", {
      name,
      sessionId,
      ...(documentId === undefined ? {} : { documentId }),
      input,
      idempotencyKey,
      state: { kind: "pending", runAt },
      attempt: 0,
      progress: { done: 0, total: 0, label: definition.label },
    });
    await scheduleJob(ctx, jobId, runAt);
    return jobId;
  },
});
