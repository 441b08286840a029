/**
 * Takes up what a dead process left behind: runs whose lease ran out, and pending jobs that nobody began.
 * An attempt that died counts, so that a document that kills the process is given up in the end.
 */
import { v } from "convex/values";
import { internal } from "../_generated/api.js";
import type { WorkId } from "@convex-dev/workpool";
import { internalMutation, type MutationCtx } from "../_generated/server.js";
import { appError } from "../contract/errors.ts";
import { scheduleJob, settleFailure } from "./model.ts";
import { jobPool } from "./pool.ts";

const OVERDUE_MS = 60_000; // a pending job this late may have lost the call that was to begin it
const BATCH = 50;

/** Runs when a lease may have run out; waits on when it was renewed. */
export const checkLease = internalMutation({
  args: { jobId: v.id("jobs"), attempt: v.number() },
  returns: v.null(),
  handler: async (ctx, { jobId, attempt }) => {
    const job = await ctx.db.get("jobs", jobId);
    if (job?.state.kind !== "running" || job.attempt !== attempt) return null;
    const now = Date.now();
    if (job.state.leaseExpiresAt > now) {
      const check = internal.jobs.recover.checkLease;
      await ctx.scheduler.runAt(job.state.leaseExpiresAt, check, { jobId, attempt });
    } else {
      await settleFailure(ctx, job, appError("INTERRUPTED").data, now);
    }
    return null;
  },
});

/**
 * Once a minute: begins overdue jobs again, except those whose turn in the pool has yet to come. Beginning
 * twice is harmless, since only one run can claim.
 */
export const sweep = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const overdue = await ctx.db
      .query("jobs")
      .withIndex("by_state_kind_and_state_runAt", (q) =>
        q.eq("state.kind", "pending").lt("state.runAt", Date.now() - OVERDUE_MS),
      )
      .take(BATCH);
    for (const { _id: jobId, workId } of overdue) {
      const isWaiting = workId !== undefined && (await isPending(ctx, workId));
      if (!isWaiting) await scheduleJob(ctx, jobId, Date.now());
    }
    return null;
  },
});

async function isPending(ctx: MutationCtx, workId: WorkId): Promise<boolean> {
  return (await jobPool.status(ctx, workId)).state === "pending";
}
