/**
 * Runs one attempt of a job: claims it, calls its action, settles the outcome, and keeps the lease alive
 * meanwhile. If this process dies the lease runs out and jobs/recover sees to the rest (rule JB4); the pool
 * would notice too, but minutes later.
 */
import { vOnCompleteArgs } from "@convex-dev/workpool";
import { v, type Infer } from "convex/values";
import { internal } from "../_generated/api.js";
import {
  internalAction,
  internalMutation,
  type ActionCtx,
  type MutationCtx,
} from "../_generated/server.js";
import type { Doc, Id } from "../_generated/dataModel.js";
import {
  appError,
  appErrorDataOf,
  ERRORS,
  vErrorCode,
  type AppErrorData,
} from "../contract/errors.ts";
import { logProblem } from "../functionLog.ts";
import { JOB_LEASE_MS, scheduleJob, settleFailure } from "./model.ts";
import { JOBS } from "./registry.ts";
import { vJobInput, vJobName, vJobProgress } from "./tables.ts";

const RENEW_EVERY_MS = 3_000; // three may be missed

const vFailure = v.object({
  code: vErrorCode,
  message: v.string(),
  retryable: v.boolean(),
  retryAfterMs: v.optional(v.number()),
});

/** How an attempt ended; null: there was nothing to do (any more). */
const vAttempt = v.union(
  v.object({ attempt: v.number(), failure: v.optional(vFailure) }),
  v.null(),
);
type Attempt = Infer<typeof vAttempt>;

/** Called by the pool. What its action throws is an outcome like any other, for `complete` to settle. */
export const run = internalAction({
  args: { jobId: v.id("jobs") },
  returns: vAttempt,
  handler: async (ctx, { jobId }): Promise<Attempt> => {
    const claimed = await ctx.runMutation(internal.jobs.execute.claim, { jobId });
    if (claimed === null) return null;
    const { name, input, attempt } = claimed;
    const stopRenewing = keepLease(ctx, { jobId, attempt });
    try {
      await ctx.runAction(JOBS[name].action, { jobId, input });
      return { attempt };
    } catch (error) {
      const failure = failureOf(error);
      // Anything without a code is our own mistake: its text goes to the log, not to the student.
      if (failure.code === "INTERNAL") logProblem(`job ${name} failed`, error);
      return { attempt, failure };
    } finally {
      stopRenewing();
    }
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
  args: { jobId: v.id("jobs"), attempt: v.number() },
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

/** Called by the pool when a run has ended, however it did. Whoever comes late changes nothing. */
export const complete = internalMutation({
  args: vOnCompleteArgs(v.object({ jobId: v.id("jobs") })),
  returns: v.null(),
  handler: async (ctx, { workId, context: { jobId }, result }) => {
    const job = await ctx.db.get("jobs", jobId);
    if (job === null) return null;
    if (result.kind === "success") await settle(ctx, job, result.returnValue as Attempt);
    else if (job.workId === workId) await takeUpLost(ctx, job);
    return null;
  },
});

async function settle(ctx: MutationCtx, job: Doc<"jobs">, run: Attempt): Promise<void> {
  if (job.state.kind !== "running" || job.attempt !== run?.attempt) return;
  if (run.failure !== undefined) {
    await settleFailure(ctx, job, run.failure, Date.now());
    return;
  }
  const { total } = job.progress;
  await ctx.db.patch("jobs", job._id, {
    state: { kind: "succeeded", endedAt: Date.now() },
    progress: { done: total, total, label: "done" },
  });
  if (await JOBS[job.name].isWanted(ctx, job.input)) {
    await JOBS[job.name].onSucceeded(ctx, job.input);
  }
}

/** The process that had the run, or was about to begin it, is gone. */
async function takeUpLost(ctx: MutationCtx, job: Doc<"jobs">): Promise<void> {
  const now = Date.now();
  if (job.state.kind === "pending") await scheduleJob(ctx, job._id, now);
  if (job.state.kind === "running") {
    await settleFailure(ctx, job, appError("INTERRUPTED").data, now);
  }
}

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
