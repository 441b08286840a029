/** Quizzes, their questions with the keys that clients never see too early, and what people answered. */
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vErrorCode } from "../contract/errors.ts";

/**
 * Why a quiz has fewer questions than were asked for: without a model, too few sentences that can be asked
 * about, or too few different concepts in them; with one, what it said did not hold.
 */
export const vQuizShortfall = v.object({
  asked: v.number(),
  cause: v.union(v.literal("sentences"), v.literal("concepts"), v.literal("model")),
});
export type QuizShortfall = Infer<typeof vQuizShortfall>;

export const vQuizState = v.union(
  v.object({ kind: v.literal("making") }),
  v.object({
    kind: v.literal("ready"),
    questionCount: v.number(),
    shortfall: v.optional(vQuizShortfall), // until a document is removed, and questions with it
  }),
  v.object({ kind: v.literal("failed"), code: vErrorCode, message: v.string() }),
);

/** What kind of answer a question wants. */
export const vQuestionKind = v.union(
  v.object({ kind: v.literal("choice"), options: v.array(v.string()) }),
  v.object({ kind: v.literal("short") }),
);

/** NEVER sent to a client before the client's user has answered (rule QU2). */
export const vAnswerKey = v.union(
  v.object({ kind: v.literal("choice"), option: v.number() }), // index into options
  v.object({ kind: v.literal("short"), accepted: v.array(v.string()) }), // the first is shown
);
export type AnswerKey = Infer<typeof vAnswerKey>;

export const vQuizResponse = v.union(
  v.object({ kind: v.literal("choice"), option: v.number() }),
  v.object({ kind: v.literal("short"), text: v.string() }),
);
export type QuizResponse = Infer<typeof vQuizResponse>;

export const quizTables = {
  // Written by quizzes/quiz (people) and quizzes/drafting (the quiz maker); deleted by quizzes/quiz:remove,
  // jobs/removeDocument and jobs/removeSession, each with its questions and answers.
  quizzes: defineTable({
    sessionId: v.id("sessions"),
    documentId: v.optional(v.id("documents")), // absent: from all documents of the session
    title: v.string(),
    state: vQuizState,
    madeBy: v.string(),
  })
    .index("by_sessionId", ["sessionId"])
    .index("by_documentId", ["documentId"]),
  // Written once by quizzes/drafting; read by quizzes/quiz and quizzes/answers; deleted with the quiz.
  questions: defineTable({
    quizId: v.id("quizzes"),
    ordinal: v.number(), // from 0
    prompt: v.string(),
    kind: vQuestionKind,
    answerKey: vAnswerKey,
    explanation: v.string(),
    concept: v.string(), // what it tests, for the learner model and the report
    passageId: v.id("passages"),
    documentId: v.id("documents"),
    page: v.number(),
  })
    .index("by_quizId_and_ordinal", ["quizId", "ordinal"])
    .index("by_documentId", ["documentId"]),
  // One a question and user; the first answer counts. Written by quizzes/answers; read by quizzes/quiz and the
  // session analyser; deleted with the quiz or the user.
  quizAnswers: defineTable({
    questionId: v.id("questions"),
    quizId: v.id("quizzes"),
    sessionId: v.id("sessions"),
    userId: v.id("users"),
    response: vQuizResponse,
    isCorrect: v.boolean(),
    answeredAt: v.number(),
  })
    .index("by_questionId_and_userId", ["questionId", "userId"])
    .index("by_quizId_and_userId", ["quizId", "userId"])
    .index("by_sessionId", ["sessionId"])
    .index("by_userId", ["userId"]),
};
