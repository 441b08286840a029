/** Deletes a session that is marked as being removed, with all that hangs on it; its own row last. Rule SE6. */
import { v } from "convex/values";
import { internal } from "../_generated/api.js";
import type { Id } from "../_generated/dataModel.js";
import { internalMutation, type MutationCtx } from "../_generated/server.js";
import { drain, drainDocument, drainQuiz, newBudget, type Budget } from "./removal.ts";

/** One batch; goes on by itself until the session is gone. Safe to repeat. */
export const run = internalMutation({
  args: { sessionId: v.id("sessions") },
  returns: v.null(),
  handler: async (ctx, { sessionId }) => {
    const session = await ctx.db.get("sessions", sessionId);
    if (session?.state.kind !== "removing") return null;
    const budget = newBudget();
    const isGone =
      (await drainDocuments(ctx, budget, sessionId)) &&
      (await drainWork(ctx, budget, sessionId)) &&
      (await drainBoard(ctx, budget, sessionId)) &&
      (await drainPeople(ctx, budget, sessionId));
    if (isGone) await ctx.db.delete("sessions", sessionId);
    else await ctx.scheduler.runAfter(0, internal.jobs.removeSession.run, { sessionId });
    return null;
  },
});

async function drainDocuments(ctx: MutationCtx, budget: Budget, sessionId: Id<"sessions">) {
  const documents = ctx.db
    .query("documents")
    .withIndex("by_sessionId", (q) => q.eq("sessionId", sessionId));
  return await drain(ctx, budget, "documents", documents, async (document) => {
    if (!(await drainDocument(ctx, budget, document._id))) return false;
    await ctx.storage.delete(document.storageId);
    return true;
  });
}

/** Turns, quizzes, plan, report, jobs: all that has the session's id and an index by it. */
async function drainWork(ctx: MutationCtx, budget: Budget, sessionId: Id<"sessions">) {
  const { db } = ctx;
  const chunks = db
    .query("turnChunks")
    .withIndex("by_sessionId_and_endSeq", (q) => q.eq("sessionId", sessionId));
  const turns = db
    .query("turns")
    .withIndex("by_sessionId_and_number", (q) => q.eq("sessionId", sessionId));
  const quizzes = db
    .query("quizzes")
    .withIndex("by_sessionId", (q) => q.eq("sessionId", sessionId));
  if (!(await drain(ctx, budget, "turnChunks", chunks))) return false;
  if (!(await drain(ctx, budget, "turns", turns))) return false;
  const hasNoQuiz = await drain(ctx, budget, "quizzes", quizzes, (quiz) =>
    drainQuiz(ctx, budget, quiz._id),
  );
  if (!hasNoQuiz) return false;
  for (const table of BY_SESSION_ID) {
    const rows = db.query(table).withIndex("by_sessionId", (q) => q.eq("sessionId", sessionId));
    if (!(await drain(ctx, budget, table, rows))) return false;
  }
  return true;
}

const BY_SESSION_ID = [
  "turnLeases",
  "plans",
  "reports",
  "deadLetters",
  "jobs",
  "agentRuns",
  "tutorContexts",
  "sessionActivity",
] as const;

async function drainBoard(ctx: MutationCtx, budget: Budget, sessionId: Id<"sessions">) {
  const { db } = ctx;
  const updates = db
    .query("boardUpdates")
    .withIndex("by_sessionId_and_seq", (q) => q.eq("sessionId", sessionId));
  const chunks = db
    .query("boardSnapshotChunks")
    .withIndex("by_sessionId_and_generation_and_index", (q) => q.eq("sessionId", sessionId));
  const versions = db
    .query("boardVersions")
    .withIndex("by_sessionId_and_versionKey", (q) => q.eq("sessionId", sessionId));
  const versionChunks = db
    .query("boardVersionChunks")
    .withIndex("by_sessionId", (q) => q.eq("sessionId", sessionId));
  const images = db
    .query("boardImages")
    .withIndex("by_sessionId_and_sha256", (q) => q.eq("sessionId", sessionId));
  const boards = db.query("boards").withIndex("by_sessionId", (q) => q.eq("sessionId", sessionId));
  return (
    (await drain(ctx, budget, "boardVersionChunks", versionChunks)) &&
    (await drain(ctx, budget, "boardVersions", versions)) &&
    (await drain(ctx, budget, "boardUpdates", updates)) &&
    (await drain(ctx, budget, "boardSnapshotChunks", chunks)) &&
    (await drain(ctx, budget, "boardImages", images, async ({ storageId }) => {
      await ctx.storage.delete(storageId);
      return true;
    })) &&
    (await drain(ctx, budget, "boards", boards))
  );
}

async function drainPeople(ctx: MutationCtx, budget: Budget, sessionId: Id<"sessions">) {
  const { db } = ctx;
  const invites = db
    .query("invites")
    .withIndex("by_sessionId_and_code", (q) => q.eq("sessionId", sessionId));
  const participants = db
    .query("participants")
    .withIndex("by_sessionId_and_userId", (q) => q.eq("sessionId", sessionId));
  return (
    (await drain(ctx, budget, "invites", invites)) &&
    (await drain(ctx, budget, "participants", participants))
  );
}
