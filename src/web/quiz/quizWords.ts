/** What the page says of how many questions a quiz has. Pure. */
import type { FunctionReturnType } from "convex/server";
import type { api } from "../../../convex/_generated/api.js";

type QuizState = FunctionReturnType<typeof api.quizzes.quiz.get>["state"];
type ReadyQuiz = Extract<QuizState, { kind: "ready" }>;
type Cause = NonNullable<ReadyQuiz["shortfall"]>["cause"];

const FOR_MORE =
  "A longer document gives more; so does an AI model, which whoever runs Lectern can set up.";

const WHY: Record<Cause, string> = {
  sentences: `Without an AI model, questions are made from sentences that can be understood on their own, and there are too few of them. ${FOR_MORE}`,
  concepts: `Without an AI model, each question asks for another concept of the text, and there are too few of them. ${FOR_MORE}`,
  model:
    "The AI model made no more that could be used. Making the quiz again may give more, and so may a longer document.",
};

/** "8 questions", or "1 of 8 questions" where there are fewer than were asked for. */
export function countWords({ questionCount, shortfall }: ReadyQuiz): string {
  if (shortfall) return `${questionCount} of ${shortfall.asked} questions`;
  return questionCount === 1 ? "1 question" : `${questionCount} questions`;
}

/** Why there are fewer questions than were asked for, and what to do; undefined when there are not. */
export function shortfallWords({ questionCount, shortfall }: ReadyQuiz): string | undefined {
  if (!shortfall) return undefined;
  const { asked, cause } = shortfall;
  return `This quiz has ${questionCount} of the ${asked} questions that were asked for. ${WHY[cause]}`;
}
