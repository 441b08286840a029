/** Public door to background work: see what is going on in a session, revive what was given up. */
import { v } from "convex/values";
import type { JobName, JobState } from "./tables.ts";
import { appError } from "../contract/errors.ts";
import { studentMutation, studentQuery } from "../functions.ts";
import { requireMember } from "../sessions/model.ts";
import { reviveJob } from "./model.ts";
import { vErrorCode } from "../contract/errors.ts";
import { vJobName, vJobProgress } from "./tables.ts";

const MAX_JOBS_LISTED = 50;

/** The only work on a session that has ended. */
const AFTER_THE_END: readonly JobName[] = ["analyseSession", "renewInsights"];

/** A job's state as people see it: without leases, which change every few seconds. */
const vShownJobState = v.union(
  v.object({ kind: v.literal("pending") }),
  v.object({ kind: v.literal("running") }),
  v.object({ kind: v.literal("succeeded"), endedAt: v.number() }),
  v.object({
    kind: v.literal("dead"),
    endedAt: v.number(),
    code: vErrorCode,
    message: v.string(),
  }),
  v.object({ kind: v.literal("cancelled"), endedAt: v.number() }),
);

/** The newest MAX_JOBS_LISTED jobs of the session, newest first. @throws NOT_FOUND */
export const forSession = studentQuery({
  args: { sessionId: v.id("sessions") },
  returns: v.array(
    v.object({
      jobId: v.id("jobs"),
      name: vJobName,
      documentId: v.union(v.id("documents"), v.null()),
      state: vShownJobState,
      progress: vJobProgress,
    }),
  ),
  handler: async (ctx, { sessionId }) => {
    await requireMember(ctx, sessionId, ctx.user.userId);
    const jobs = await ctx.db
      .query("jobs")
      .withIndex("by_sessionId", (q) => q.eq("sessionId", sessionId))
      .order("desc")
      .take(MAX_JOBS_LISTED);
    return jobs.map(({ _id: jobId, name, documentId, state, progress }) => {
      return { jobId, name, documentId: documentId ?? null, state: shown(state), progress };
    });
  },
});

/** Gives a dead job all its attempts back. @throws NOT_FOUND, FORBIDDEN, SESSION_ENDED, CONFLICT unless it is dead */
export const retry = studentMutation({
  args: { jobId: v.id("jobs") },
  returns: v.null(),
  handler: async (ctx, { jobId }) => {
    const job = await ctx.db.get("jobs", jobId);
    const noJob = () => appError("NOT_FOUND", "There is no such job.");
    if (job === null) throw noJob();
    const { session, role } = await requireMember(ctx, job.sessionId, ctx.user.userId).catch(() => {
      throw noJob();
    });
    if (role === "observer") throw appError("FORBIDDEN");
    const isAboutEnd = AFTER_THE_END.includes(job.name);
    if (session.state.kind !== "active" && !isAboutEnd) throw appError("SESSION_ENDED");
    if (job.state.kind !== "dead") throw appError("CONFLICT", "Only a failed job can be retried.");
    await reviveJob(ctx, job);
    return null;
  },
});

function shown(state: JobState) {
  if (state.kind === "pending" || state.kind === "running") return { kind: state.kind };
  return state;
}
