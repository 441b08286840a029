/** Keeps the questions that the quiz maker made. */
import { v } from "convex/values";
import { internalMutation } from "../_generated/server.js";
import { appError } from "../contract/errors.ts";
import { MAX_QUIZ_QUESTIONS } from "../contract/limits.ts";
import { vAnswerKey, vQuestionKind, vQuizShortfall } from "./tables.ts";

export const vDraftQuestion = v.object({
  prompt: v.string(),
  kind: vQuestionKind,
  answerKey: vAnswerKey,
  explanation: v.string(),
  concept: v.string(),
  passageId: v.id("passages"),
  documentId: v.id("documents"),
  page: v.number(),
});

/** Makes the quiz ready; a quiz that is ready already keeps its questions. @throws NOT_FOUND when it is gone */
export const save = internalMutation({
  args: {
    quizId: v.id("quizzes"),
    questions: v.array(vDraftQuestion),
    madeBy: v.string(),
    shortfall: v.optional(vQuizShortfall),
  },
  returns: v.null(),
  handler: async (ctx, { quizId, questions, madeBy, shortfall }) => {
    const quiz = await ctx.db.get("quizzes", quizId);
    if (quiz === null) throw appError("NOT_FOUND");
    if (quiz.state.kind === "ready") return null;
    const kept = questions.slice(0, MAX_QUIZ_QUESTIONS);
    for (const [ordinal, question] of kept.entries()) {
      await ctx.db.insert("questions", { quizId, ordinal, ...question });
    }
    const why = shortfall === undefined ? {} : { shortfall };
    const state = { kind: "ready" as const, questionCount: kept.length, ...why };
    await ctx.db.patch("quizzes", quizId, { state, madeBy });
    return null;
  },
});
