/** Public door for answering: graded at once, the first answer counts, what is right is told afterwards. */
import { v } from "convex/values";
import { appError } from "../contract/errors.ts";
import { MAX_SHORT_ANSWER_CHARS } from "../contract/limits.ts";
import { studentMutation } from "../functions.ts";
import { recordOutcome } from "../sessions/learnerModel.ts";
import { getTutorContext, requireActiveMember, touchSession, WRITERS } from "../sessions/model.ts";
import type { Doc } from "../_generated/dataModel.js";
import type { MutationCtx } from "../_generated/server.js";
import { isCorrect } from "./grade.ts";
import { correctAnswerOf, findAnswer, requireQuiz } from "./model.ts";
import { vQuizResponse, type QuizResponse } from "./tables.ts";

/**
 * Grades an answer and keeps it. Repeated, it returns the first grading and changes nothing (rule QU3).
 * @throws NOT_FOUND, FORBIDDEN (observers), SESSION_ENDED, INVALID_INPUT
 */
export const submit = studentMutation({
  args: { questionId: v.id("questions"), response: vQuizResponse },
  returns: v.object({
    isCorrect: v.boolean(),
    feedback: v.string(),
    correctAnswer: v.string(),
  }),
  handler: async (ctx, { questionId, response }) => {
    const { userId } = ctx.user;
    const question = await ctx.db.get("questions", questionId);
    if (question === null) throw appError("NOT_FOUND", "There is no such quiz.");
    const { quiz } = await requireQuiz(ctx, question.quizId, userId);
    const known = await findAnswer(ctx, questionId, userId);
    if (known !== null) return grading(question, known.isCorrect);

    await requireActiveMember(ctx, quiz.sessionId, userId, WRITERS);
    checkResponse(question, response);
    const right = isCorrect(question.answerKey, response);
    const now = Date.now();
    await ctx.db.insert("quizAnswers", {
      questionId,
      quizId: quiz._id,
      sessionId: quiz.sessionId,
      userId,
      response,
      isCorrect: right,
      answeredAt: now,
    });
    await recordMastery(ctx, question, quiz, { right, now });
    await touchSession(ctx, quiz.sessionId, now);
    return grading(question, right);
  },
});

function grading(question: Doc<"questions">, right: boolean) {
  const correctAnswer = correctAnswerOf(question);
  const opening = right ? "Right." : `Not quite: the answer is “${correctAnswer}”.`;
  return { isCorrect: right, feedback: `${opening} ${question.explanation}`, correctAnswer };
}

function checkResponse(question: Doc<"questions">, response: QuizResponse): void {
  const { kind } = question;
  if (kind.kind !== response.kind) {
    throw appError("INVALID_INPUT", `This question wants a ${kind.kind} answer.`);
  }
  if (kind.kind === "choice" && response.kind === "choice") {
    const isOption =
      Number.isInteger(response.option) && kind.options[response.option] !== undefined;
    if (!isOption) throw appError("INVALID_INPUT", "There is no such option.");
  }
  if (response.kind === "short") {
    const length = response.text.trim().length;
    if (length === 0 || length > MAX_SHORT_ANSWER_CHARS) {
      const message = `An answer has 1 to ${MAX_SHORT_ANSWER_CHARS} characters.`;
      throw appError("INVALID_INPUT", message);
    }
  }
}

/** What the tutor believes about the concept changes with every answer in the session. */
async function recordMastery(
  ctx: MutationCtx,
  question: Doc<"questions">,
  quiz: Doc<"quizzes">,
  { right, now }: { right: boolean; now: number },
): Promise<void> {
  const context = await getTutorContext(ctx, quiz.sessionId);
  if (context === null) return; // the session is being removed
  const learnerModel = recordOutcome(context.learnerModel, {
    concept: question.concept,
    outcome: right ? "correct" : "incorrect",
    confusion: question.prompt,
    now,
  });
  await ctx.db.patch("tutorContexts", context._id, {
    learnerModel,
    currentQuestionId: question._id,
    lastPedagogicalAction: "evaluated",
  });
}
