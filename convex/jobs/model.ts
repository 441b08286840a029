/**
 * The life of a job: pending → running → succeeded, or back to pending with backoff, or dead, or cancelled.
 * A run is known by (job, attempt); whoever comes late with an older attempt changes nothing (rule JB2).
 */
import { internal } from "../_generated/api.js";
import type { Doc, Id } from "../_generated/dataModel.js";
import type { MutationCtx } from "../_generated/server.js";
import type { AppErrorData } from "../contract/errors.ts";
import { jobPool } from "./pool.ts";
import { JOBS } from "./registry.ts";

/** Longer than a stalled event loop, short enough that a restarted server soon carries on. */
export const JOB_LEASE_MS = 12_000;
const MAX_BACKOFF_MS = 5 * 60_000;

/** Makes a job pending and sees to it that it runs at `runAt` (ms since epoch). */
export async function scheduleJob(ctx: MutationCtx, jobId: Id<"jobs">, runAt: number) {
  const { run, complete: onComplete } = internal.jobs.execute;
  const workId = await jobPool.enqueueAction(
    ctx,
    run,
    { jobId },
    { runAt, onComplete, context: { jobId } },
  );
  await ctx.db.patch("jobs", jobId, { state: { kind: "pending", runAt }, workId });
}

/** Ends a run that failed: another attempt later, or the end. */
export async function settleFailure(
  ctx: MutationCtx,
  job: Doc<"jobs">,
  failure: AppErrorData,
  now: number,
): Promise<void> {
  const definition = JOBS[job.name];
  if (!(await definition.isWanted(ctx, job.input))) {
    await ctx.db.patch("jobs", job._id, { state: { kind: "cancelled", endedAt: now } });
    return;
  }
  if (failure.retryable && job.attempt < definition.maxAttempts) {
    const waitMs = backoffMs(definition.firstBackoffMs, job.attempt, Math.random());
    await scheduleJob(ctx, job._id, now + Math.max(waitMs, failure.retryAfterMs ?? 0));
    return;
  }
  const { code, message } = failure;
  await ctx.db.patch("jobs", job._id, { state: { kind: "dead", endedAt: now, code, message } });
  const { name, input, sessionId } = job;
  await ctx.db.insert("deadLetters", {
    jobId: job._id,
    sessionId,
    name,
    input,
    code,
    message,
    at: now,
  });
  await definition.onDead(ctx, job.input, failure);
}

/** Gives a dead job all its attempts back and runs it now. */
export async function reviveJob(ctx: MutationCtx, job: Doc<"jobs">): Promise<void> {
  const letters = await ctx.db
    .query("deadLetters")
    .withIndex("by_jobId", (q) => q.eq("jobId", job._id))
    .take(10);
  for (const letter of letters) await ctx.db.delete("deadLetters", letter._id);
  await ctx.db.patch("jobs", job._id, { attempt: 0 });
  await JOBS[job.name].onRevived(ctx, job.input);
  await scheduleJob(ctx, job._id, Date.now());
}

/** How long to wait after a failed attempt (from 1); `chance` in 0..1 spreads jobs that failed together. */
export function backoffMs(firstMs: number, attempt: number, chance: number): number {
  const exact = firstMs * 2 ** (attempt - 1);
  return Math.round(Math.min(exact * (1 + chance / 2), MAX_BACKOFF_MS));
}
