/** Background work: every job that was ever asked for, and those that were given up. */
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vWorkId } from "@convex-dev/workpool";
import { vErrorCode } from "../contract/errors.ts";

export const vJobName = v.union(
  v.literal("readDocument"),
  v.literal("embedDocument"),
  v.literal("analyseDocument"),
  v.literal("planLesson"),
  v.literal("makeQuiz"),
  v.literal("analyseSession"),
  v.literal("renewInsights"),
);
export type JobName = Infer<typeof vJobName>;

/** What a job is about. Every job belongs to a session; the rest depends on its name (jobs/registry). */
export const vJobInput = v.object({
  sessionId: v.id("sessions"),
  documentId: v.optional(v.id("documents")),
  quizId: v.optional(v.id("quizzes")),
  questionCount: v.optional(v.number()),
});
export type JobInput = Infer<typeof vJobInput>;

export const vJobState = v.union(
  v.object({ kind: v.literal("pending"), runAt: v.number() }),
  v.object({ kind: v.literal("running"), startedAt: v.number(), leaseExpiresAt: v.number() }),
  v.object({ kind: v.literal("succeeded"), endedAt: v.number() }),
  v.object({
    kind: v.literal("dead"), // parked with its input; jobs/list:retry revives it
    endedAt: v.number(),
    code: vErrorCode,
    message: v.string(),
  }),
  v.object({ kind: v.literal("cancelled"), endedAt: v.number() }), // what it was about is gone
);
export type JobState = Infer<typeof vJobState>;

export const vJobProgress = v.object({
  done: v.number(),
  total: v.number(), // 0 = not known yet
  label: v.string(), // for people: "reading page 3 of 20"
});
export type JobProgress = Infer<typeof vJobProgress>;

export const jobTables = {
  // Written by jobs/enqueue, jobs/execute and jobs/recover; read by jobs/list; deleted by jobs/removeSession
  // and jobs/removeDocument, and by jobs/prune a week after success.
  jobs: defineTable({
    name: vJobName,
    sessionId: v.id("sessions"),
    documentId: v.optional(v.id("documents")),
    input: vJobInput,
    idempotencyKey: v.string(), // a second job of the same key is not made while one is alive
    state: vJobState,
    attempt: v.number(), // runs begun so far
    workId: v.optional(vWorkId), // of the call in the pool that is to make the next run, or makes this one
    progress: vJobProgress,
  })
    .index("by_sessionId", ["sessionId"])
    .index("by_documentId", ["documentId"])
    .index("by_idempotencyKey", ["idempotencyKey"])
    .index("by_state_kind_and_state_leaseExpiresAt", ["state.kind", "state.leaseExpiresAt"])
    .index("by_state_kind_and_state_runAt", ["state.kind", "state.runAt"])
    .index("by_state_kind_and_state_endedAt", ["state.kind", "state.endedAt"]),
  // For the operator: what was given up and why. Written by jobs/execute; deleted when revived or with the session.
  deadLetters: defineTable({
    jobId: v.id("jobs"),
    sessionId: v.id("sessions"),
    name: vJobName,
    input: vJobInput,
    code: vErrorCode,
    message: v.string(),
    at: v.number(),
  })
    .index("by_jobId", ["jobId"])
    .index("by_sessionId", ["sessionId"]),
};
