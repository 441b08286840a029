/**
 * Runs one attempt of a job: claims it, calls its action, settles the outcome, and keeps the lease alive
 * meanwhile. If this process dies the lease runs out and jobs/recover sees to the rest (rule JB4).
 */
import { v } from "convex/values";
import { internal } from "../_generated/api.js";
import { internalAction, internalMutation, type ActionCtx } from "../_generated/server.js";
import type { Id } from "../_generated/dataModel.js";
import {
  appError,
  appErrorDataOf,
  ERRORS,
  vErrorCode,
  type AppErrorData,
} from "../contract/errors.ts";
import { logProblem } from "../functionLog.ts";
import { JOB_LEASE_MS, settleFailure } from "./model.ts";
import { JOBS } from "./registry.ts";
import { vJobInput, vJobName, vJobProgress } from "./tables.ts";

const RENEW_EVERY_MS = 3_000; // three may be missed

const run_ = { jobId: v.id("jobs"), attempt: v.number() };

export const run = internalAction({
  args: { jobId: v.id("jobs") },
  returns: v.null(),
  handler: async (ctx, { jobId }): Promise<null> => {
    const claimed = await ctx.runMutation(internal.jobs.execute.claim, { jobId });
    if (claimed === null) return null;
    const { name, input, attempt } = claimed;
    const stopRenewing = keepLease(ctx, { jobId, attempt });
    try {
      await ctx.runAction(JOBS[name].action, { jobId, input });
      await ctx.runMutation(internal.jobs.execute.succeed, { jobId, attempt });
    } catch (error) {
      const failure = failureOf(error);
      // Anything without a code is our own mistake: its text goes to the log, not to the student.
      if (failure.code === "INTERNAL") logProblem(`job ${name} failed`, error);
      await ctx.runMutation(internal.jobs.execute.fail, { jobId, attempt, failure });
    } finally {
      stopRenewing();
    }
    return null;
  },
});

/** Marks a due job running. Null: it is not pending any more, or what it was about is gone. */
export const claim = internalMutation({
  args: { jobId: v.id("jobs") },
  returns: v.union(v.object({ name: vJobName, input: vJobInput, attempt: v.number() }), v.null()),
  handler: async (ctx, { jobId }) => {
    const job = await ctx.db.get("jobs", jobId);
    const now = Date.now();
    if (job?.state.kind !== "pending" || job.state.runAt > now) return null;
    const { name, input, attempt: before } = job;
    if (!(await JOBS[name].isWanted(ctx, input))) {
      await ctx.db.patch("jobs", jobId, { state: { kind: "cancelled", endedAt: now } });
      return null;
    }
    const attempt = before + 1;
    const leaseExpiresAt = now + JOB_LEASE_MS;
    await ctx.db.patch("jobs", jobId, {
      state: { kind: "running", startedAt: now, leaseExpiresAt },
      attempt,
      progress: { done: 0, total: 0, label: JOBS[name].label },
    });
    const check = internal.jobs.recover.checkLease;
    await ctx.scheduler.runAt(leaseExpiresAt, check, { jobId, attempt });
    return { name, input, attempt };
  },
});

export const renew = internalMutation({
  args: run_,
  returns: v.null(),
  handler: async (ctx, { jobId, attempt }) => {
    const job = await ctx.db.get("jobs", jobId);
    if (job?.state.kind !== "running" || job.attempt !== attempt) return null;
    const leaseExpiresAt = Date.now() + JOB_LEASE_MS;
    await ctx.db.patch("jobs", jobId, { state: { ...job.state, leaseExpiresAt } });
    return null;
  },
});

/** Called by a job's action whenever people should see that it moved on. */
export const report = internalMutation({
  args: { jobId: v.id("jobs"), progress: vJobProgress },
  returns: v.null(),
  handler: async (ctx, { jobId, progress }) => {
    const job = await ctx.db.get("jobs", jobId);
    if (job?.state.kind === "running") await ctx.db.patch("jobs", jobId, { progress });
    return null;
  },
});

export const succeed = internalMutation({
  args: run_,
  returns: v.null(),
  handler: async (ctx, { jobId, attempt }) => {
    const job = await ctx.db.get("jobs", jobId);
    if (job?.state.kind !== "running" || job.attempt !== attempt) return null;
    const { total } = job.progress;
    await ctx.db.patch("jobs", jobId, {
      state: { kind: "succeeded", endedAt: Date.now() },
      progress: { done: total, total, label: "done" },
    });
    if (await JOBS[job.name].isWanted(ctx, job.input)) {
      await JOBS[job.name].onSucceeded(ctx, job.input);
    }
    return null;
  },
});

export const fail = internalMutation({
  args: {
    ...run_,
    failure: v.object({
      code: vErrorCode,
      message: v.string(),
      retryable: v.boolean(),
      retryAfterMs: v.optional(v.number()),
    }),
  },
  returns: v.null(),
  handler: async (ctx, { jobId, attempt, failure }) => {
    const job = await ctx.db.get("jobs", jobId);
    if (job?.state.kind !== "running" || job.attempt !== attempt) return null;
    await settleFailure(ctx, job, failure, Date.now());
    return null;
  },
});

function failureOf(error: unknown): AppErrorData {
  const data = appErrorDataOf(error) ?? appError("INTERNAL").data;
  const { code, message, retryable, retryAfterMs } = data;
  const whole = { code, message: message || ERRORS[code].sentence, retryable };
  return retryAfterMs === undefined ? whole : { ...whole, retryAfterMs };
}

/** Renews the lease until the returned function is called. A failed renewal is left to the next one. */
function keepLease(ctx: ActionCtx, run: { jobId: Id<"jobs">; attempt: number }): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const arm = () => {
    timer = setTimeout(() => {
      ctx
        .runMutation(internal.jobs.execute.renew, run)
        .catch((error: unknown) => logProblem("a job's lease was not renewed", error))
        .finally(() => {
          if (timer !== undefined) arm();
        });
    }, RENEW_EVERY_MS);
  };
  arm();
  return () => {
    clearTimeout(timer);
    timer = undefined;
  };
}
