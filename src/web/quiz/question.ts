/** A question as it is taken, and an answer as it is given, in the types of the quiz doors. */
import type { FunctionArgs, FunctionReturnType } from "convex/server";
import type { api } from "../../../convex/_generated/api.js";

export type Question = FunctionReturnType<typeof api.quizzes.quiz.get>["questions"][number];
export type QuizResponse = FunctionArgs<typeof api.quizzes.answers.submit>["response"];
