/** Public door to quizzes: have one made, list, take, remove. Answers go through ./answers. Rules QU1-QU6. */
import { v } from "convex/values";
import { internal } from "../_generated/api.js";
import type { Doc, Id } from "../_generated/dataModel.js";
import type { QueryCtx } from "../_generated/server.js";
import { appError } from "../contract/errors.ts";
import {
  DEFAULT_QUIZ_QUESTIONS,
  MAX_QUIZ_QUESTIONS,
  MAX_QUIZZES_PER_SESSION,
} from "../contract/limits.ts";
import { listDocuments } from "../documents/model.ts";
import { studentMutation, studentQuery } from "../functions.ts";
import {
  requireActiveMember,
  requireMember,
  TEACHERS,
  touchSession,
  WRITERS,
} from "../sessions/model.ts";
import { correctAnswerOf, findAnswer, listQuestions, requireQuiz } from "./model.ts";
import { vQuestionKind, vQuizResponse, vQuizState } from "./tables.ts";

const vQuizSummary = {
  quizId: v.id("quizzes"),
  documentId: v.union(v.id("documents"), v.null()),
  title: v.string(),
  state: vQuizState,
  madeBy: v.string(),
  createdAt: v.number(), // ms since epoch
};

/**
 * Asks for a quiz from one document or from all of the session; it is ready when its state says so.
 * @throws NOT_FOUND, FORBIDDEN (observers), SESSION_ENDED, INVALID_INPUT, LIMIT_EXCEEDED, NOT_READY while no
 * document has been analysed
 */
export const make = studentMutation({
  args: {
    sessionId: v.id("sessions"),
    documentId: v.optional(v.id("documents")),
    questionCount: v.optional(v.number()),
  },
  returns: v.id("quizzes"),
  handler: async (ctx, { sessionId, documentId, questionCount = DEFAULT_QUIZ_QUESTIONS }) => {
    await requireActiveMember(ctx, sessionId, ctx.user.userId, WRITERS);
    const isCount = Number.isInteger(questionCount) && questionCount >= 1;
    if (!isCount || questionCount > MAX_QUIZ_QUESTIONS) {
      const message = `A quiz has 1 to ${MAX_QUIZ_QUESTIONS} questions.`;
      throw appError("INVALID_INPUT", message);
    }
    const name = await nameOfSource(ctx, sessionId, documentId);
    const present = await listQuizzes(ctx, sessionId);
    if (present.length >= MAX_QUIZZES_PER_SESSION) {
      const message = `A session holds at most ${MAX_QUIZZES_PER_SESSION} quizzes.`;
      throw appError("LIMIT_EXCEEDED", message);
    }
    const source = documentId === undefined ? {} : { documentId };
    const quizId = await ctx.db.insert("quizzes", {
      sessionId,
      ...source,
      title: `Quiz: ${name}`,
      state: { kind: "making" },
      madeBy: "",
    });
    await ctx.scheduler.runAfter(0, internal.jobs.enqueue.run, {
      name: "makeQuiz",
      input: { sessionId, ...source, quizId, questionCount },
    });
    await touchSession(ctx, sessionId, Date.now());
    return quizId;
  },
});

/** The session's quizzes, newest first. @throws NOT_FOUND */
export const list = studentQuery({
  args: { sessionId: v.id("sessions") },
  returns: v.array(v.object(vQuizSummary)),
  handler: async (ctx, { sessionId }) => {
    await requireMember(ctx, sessionId, ctx.user.userId);
    return (await listQuizzes(ctx, sessionId)).map(summarise);
  },
});

/**
 * A quiz with its questions and the caller's own answers; what is right is told only where they answered.
 * @throws NOT_FOUND
 */
export const get = studentQuery({
  args: { quizId: v.id("quizzes") },
  returns: v.object({
    ...vQuizSummary,
    sessionId: v.id("sessions"),
    questions: v.array(
      v.object({
        questionId: v.id("questions"),
        ordinal: v.number(),
        prompt: v.string(),
        kind: vQuestionKind,
        documentId: v.id("documents"),
        page: v.number(),
        answer: v.union(
          v.object({
            response: vQuizResponse,
            isCorrect: v.boolean(),
            correctAnswer: v.string(),
            explanation: v.string(),
            passageId: v.id("passages"),
            answeredAt: v.number(),
          }),
          v.null(),
        ),
      }),
    ),
  }),
  handler: async (ctx, { quizId }) => {
    const { userId } = ctx.user;
    const { quiz } = await requireQuiz(ctx, quizId, userId);
    const questions = await Promise.all(
      (await listQuestions(ctx, quizId)).map(async (question) => {
        const { _id: questionId, ordinal, prompt, kind, documentId, page } = question;
        const given = await findAnswer(ctx, questionId, userId);
        const answer = given === null ? null : revealed(question, given);
        return { questionId, ordinal, prompt, kind, documentId, page, answer };
      }),
    );
    return { ...summarise(quiz), sessionId: quiz.sessionId, questions };
  },
});

/** Owner and teachers; with its questions and everyone's answers. @throws NOT_FOUND, FORBIDDEN */
export const remove = studentMutation({
  args: { quizId: v.id("quizzes") },
  returns: v.null(),
  handler: async (ctx, { quizId }) => {
    const { quiz } = await requireQuiz(ctx, quizId, ctx.user.userId);
    await requireMember(ctx, quiz.sessionId, ctx.user.userId, TEACHERS);
    await ctx.db.delete("quizzes", quizId);
    await ctx.scheduler.runAfter(0, internal.jobs.removeQuiz.run, { quizId });
    return null;
  },
});

async function listQuizzes(ctx: QueryCtx, sessionId: Id<"sessions">) {
  return await ctx.db
    .query("quizzes")
    .withIndex("by_sessionId", (q) => q.eq("sessionId", sessionId))
    .order("desc")
    .take(MAX_QUIZZES_PER_SESSION);
}

/** What the quiz is about, for its title. @throws NOT_FOUND, NOT_READY */
async function nameOfSource(
  ctx: QueryCtx,
  sessionId: Id<"sessions">,
  documentId: Id<"documents"> | undefined,
): Promise<string> {
  const documents = await listDocuments(ctx, sessionId);
  const wanted =
    documentId === undefined ? documents : documents.filter(({ _id }) => _id === documentId);
  if (documentId !== undefined && wanted.length === 0) {
    throw appError("NOT_FOUND", "There is no such document.");
  }
  const [first, ...more] = wanted.filter(({ state }) => state.kind === "ready");
  if (first === undefined) throw appError("NOT_READY", "No document has been analysed yet.");
  return more.length === 0 ? first.name : "all documents";
}

function summarise(quiz: Doc<"quizzes">) {
  const { _id: quizId, _creationTime: createdAt, documentId, title, state, madeBy } = quiz;
  return { quizId, documentId: documentId ?? null, title, state, madeBy, createdAt };
}

function revealed(question: Doc<"questions">, given: Doc<"quizAnswers">) {
  const { response, isCorrect, answeredAt } = given;
  const { explanation, passageId } = question;
  const correctAnswer = correctAnswerOf(question);
  return { response, isCorrect, correctAnswer, explanation, passageId, answeredAt };
}
