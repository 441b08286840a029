/** What doors ask about quizzes. A key leaves here only for a question that was answered (rule QU2). */
import type { Doc, Id } from "../_generated/dataModel.js";
import type { QueryCtx } from "../_generated/server.js";
import { appError } from "../contract/errors.ts";
import { MAX_QUIZ_QUESTIONS } from "../contract/limits.ts";
import { requireMember, type Membership } from "../sessions/model.ts";
import type { AnswerKey } from "./tables.ts";

/** @throws NOT_FOUND unless the quiz exists and the user takes part in its session. */
export async function requireQuiz(
  ctx: QueryCtx,
  quizId: Id<"quizzes">,
  userId: Id<"users">,
): Promise<Membership & { quiz: Doc<"quizzes"> }> {
  const quiz = await ctx.db.get("quizzes", quizId);
  if (quiz === null) throw appError("NOT_FOUND", "There is no such quiz.");
  const membership = await requireMember(ctx, quiz.sessionId, userId).catch(() => {
    throw appError("NOT_FOUND", "There is no such quiz.");
  });
  return { ...membership, quiz };
}

export async function listQuestions(ctx: QueryCtx, quizId: Id<"quizzes">) {
  return await ctx.db
    .query("questions")
    .withIndex("by_quizId_and_ordinal", (q) => q.eq("quizId", quizId))
    .take(MAX_QUIZ_QUESTIONS);
}

export async function findAnswer(
  ctx: QueryCtx,
  questionId: Id<"questions">,
  userId: Id<"users">,
): Promise<Doc<"quizAnswers"> | null> {
  return await ctx.db
    .query("quizAnswers")
    .withIndex("by_questionId_and_userId", (q) =>
      q.eq("questionId", questionId).eq("userId", userId),
    )
    .unique();
}

/** The right answer in words, for someone who has answered. */
export function correctAnswerOf(question: {
  kind: Doc<"questions">["kind"];
  answerKey: AnswerKey;
}) {
  const { kind, answerKey } = question;
  if (answerKey.kind === "short") return answerKey.accepted[0] ?? "";
  return kind.kind === "choice" ? (kind.options[answerKey.option] ?? "") : "";
}
