/**
 * Deletes in batches: each transaction deletes a bounded amount and the caller goes on in a next one, so a
 * removal of any size survives a kill at any moment and never exceeds what one transaction may read.
 */
import type { DataModel, Id, TableNames } from "../_generated/dataModel.js";
import type { MutationCtx } from "../_generated/server.js";
import type { DocumentByName } from "convex/server";

/** What one transaction may still delete, in units of about 4 KiB of what the rows hold at most. */
export interface Budget {
  left: number;
}
const UNITS_PER_BATCH = 1_500; // about 6 MiB; a Convex function may read 16

/** Rows that can be far larger than one unit, at their bounds in contract/limits. */
const UNITS: Partial<Record<TableNames, number>> = {
  boardUpdates: 225,
  boardSnapshotChunks: 225,
  boardVersionChunks: 225,
  boardVersions: 5,
  turns: 50,
  turnChunks: 20,
  pages: 20,
  analyses: 100,
};

export function newBudget(): Budget {
  return { left: UNITS_PER_BATCH };
}

/**
 * Deletes the rows that `rows` yields until the budget is used up. True when none is left. `before` runs for a
 * row first and says whether what hangs on the row is gone.
 */
export async function drain<Name extends TableNames>(
  ctx: MutationCtx,
  budget: Budget,
  table: Name,
  rows: AsyncIterable<DocumentByName<DataModel, Name>>,
  before: (row: DocumentByName<DataModel, Name>) => Promise<boolean> = () => Promise.resolve(true),
): Promise<boolean> {
  for await (const row of rows) {
    if (budget.left <= 0) return false;
    if (!(await before(row))) return false;
    await ctx.db.delete(table, row._id);
    budget.left -= UNITS[table] ?? 1;
  }
  return true;
}

/** Everything that was made from a document, and its file; not its row. True when nothing is left. */
export async function drainDocument(
  ctx: MutationCtx,
  budget: Budget,
  documentId: Id<"documents">,
): Promise<boolean> {
  const { db } = ctx;
  return (
    (await drain(
      ctx,
      budget,
      "passageEmbeddings",
      db
        .query("passageEmbeddings")
        .withIndex("by_documentId_and_ordinal", (q) => q.eq("documentId", documentId)),
    )) &&
    (await drain(
      ctx,
      budget,
      "passages",
      db
        .query("passages")
        .withIndex("by_documentId_and_ordinal", (q) => q.eq("documentId", documentId)),
    )) &&
    (await drain(
      ctx,
      budget,
      "pages",
      db.query("pages").withIndex("by_documentId_and_page", (q) => q.eq("documentId", documentId)),
    )) &&
    (await drain(
      ctx,
      budget,
      "analyses",
      db.query("analyses").withIndex("by_documentId", (q) => q.eq("documentId", documentId)),
    )) &&
    (await drain(
      ctx,
      budget,
      "jobs",
      db.query("jobs").withIndex("by_documentId", (q) => q.eq("documentId", documentId)),
      (job) => drainDeadLetters(ctx, budget, job._id),
    )) &&
    (await drain(
      ctx,
      budget,
      "quizzes",
      db.query("quizzes").withIndex("by_documentId", (q) => q.eq("documentId", documentId)),
      (quiz) => drainQuiz(ctx, budget, quiz._id),
    )) &&
    (await drainQuestionsOf(ctx, budget, documentId))
  );
}

/** A quiz's questions and everyone's answers; not its row. */
export async function drainQuiz(ctx: MutationCtx, budget: Budget, quizId: Id<"quizzes">) {
  const { db } = ctx;
  return (
    (await drain(
      ctx,
      budget,
      "quizAnswers",
      db.query("quizAnswers").withIndex("by_quizId_and_userId", (q) => q.eq("quizId", quizId)),
    )) &&
    (await drain(
      ctx,
      budget,
      "questions",
      db.query("questions").withIndex("by_quizId_and_ordinal", (q) => q.eq("quizId", quizId)),
    ))
  );
}

/** Questions about a document in quizzes about several; such a quiz goes on with one question less. */
async function drainQuestionsOf(ctx: MutationCtx, budget: Budget, documentId: Id<"documents">) {
  const { db } = ctx;
  return await drain(
    ctx,
    budget,
    "questions",
    db.query("questions").withIndex("by_documentId", (q) => q.eq("documentId", documentId)),
    async (question) => {
      const answersGone = await drain(
        ctx,
        budget,
        "quizAnswers",
        db
          .query("quizAnswers")
          .withIndex("by_questionId_and_userId", (q) => q.eq("questionId", question._id)),
      );
      if (!answersGone) return false;
      const quiz = await db.get("quizzes", question.quizId);
      if (quiz?.state.kind === "ready") {
        const state = { kind: "ready" as const, questionCount: quiz.state.questionCount - 1 };
        await db.patch("quizzes", quiz._id, { state });
      }
      return true;
    },
  );
}

async function drainDeadLetters(ctx: MutationCtx, budget: Budget, jobId: Id<"jobs">) {
  const letters = ctx.db.query("deadLetters").withIndex("by_jobId", (q) => q.eq("jobId", jobId));
  return await drain(ctx, budget, "deadLetters", letters);
}
