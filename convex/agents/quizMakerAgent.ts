"use node";
/** Makes the questions of a quiz from one document or from all of a session, each with the passage it is from. */
import { v, type Infer } from "convex/values";
import { z } from "zod";
import { internal } from "../_generated/api.js";
import type { Id } from "../_generated/dataModel.js";
import { internalAction } from "../_generated/server.js";
import { appError } from "../contract/errors.ts";
import { DEFAULT_QUIZ_QUESTIONS } from "../contract/limits.ts";
import { quizIdOf } from "../jobs/subject.ts";
import { vJobInput } from "../jobs/tables.ts";
import type { vDraftQuestion } from "../quizzes/drafting.ts";
import type { QuizShortfall } from "../quizzes/tables.ts";
import { makeQuiz, type QuizQuestion } from "./extractive/makeQuiz.ts";
import { seedOf } from "./extractive/shuffle.ts";
import type { StoredPassage } from "./material.ts";
import { asPrompt, readPassages } from "./readMaterial.ts";
import { runAgent } from "./runAgent.ts";

type DraftQuestion = Infer<typeof vDraftQuestion>;

interface DraftQuiz {
  questions: DraftQuestion[];
  /** What is to blame if there are fewer than were asked for. */
  cause: QuizShortfall["cause"];
}

const INSTRUCTIONS = `You make a quiz on a document for a student. Its passages are numbered in brackets. Ask what shows
understanding, not where something stands. Two thirds of the questions are "choice" with four options, exactly one right
("correct" is its index) and the others plausible; the rest are "short" with "accepted" answers of one to three words.
Fields of the other kind are null. Each question names the concept it tests, the number of the passage that answers it,
and a one or two sentence explanation. Use nothing that is not in the document, and its language.`;

const question = z
  .object({
    kind: z.enum(["choice", "short"]),
    prompt: z.string().min(1).max(1_000),
    options: z.array(z.string().min(1).max(400)).nullable(),
    correct: z.number().int().min(0).nullable(),
    accepted: z.array(z.string().min(1).max(200)).nullable(),
    explanation: z.string().min(1).max(1_500),
    concept: z.string().min(1).max(120),
    passage: z.number().int(),
  })
  .refine(({ kind, options, correct }) => {
    if (kind === "short") return true;
    const distinct = new Set(options).size;
    return distinct >= 2 && distinct === options?.length && (correct ?? distinct) < distinct;
  }, "a choice needs two or more different options and the index of the right one")
  .refine(
    ({ kind, accepted }) => kind === "choice" || (accepted?.length ?? 0) > 0,
    "a short answer needs an accepted answer",
  );
export const quizSchema = z.object({ questions: z.array(question).min(1).max(30) });

export const run = internalAction({
  args: { jobId: v.id("jobs"), input: vJobInput },
  returns: v.null(),
  handler: async (ctx, { jobId, input }) => {
    const quizId = quizIdOf(input);
    const { sessionId, documentId, questionCount = DEFAULT_QUIZ_QUESTIONS } = input;
    const documentIds =
      documentId === undefined
        ? await ctx.runQuery(internal.agents.material.readyDocuments, { sessionId })
        : [documentId];
    const sources: StoredPassage[][] = [];
    for (const id of documentIds) sources.push(await readPassages(ctx, id));
    const all = sources.flat();
    const { result, madeBy } = await runAgent(
      ctx,
      { agent: "quizMaker", jobId, sessionId },
      {
        extract: () => extract(sources, questionCount, seedOf(quizId)),
        ask: () => ({
          name: "quiz",
          instructions: INSTRUCTIONS,
          input: `Make ${questionCount} questions.\n\n${asPrompt(all)}`,
          schema: quizSchema,
        }),
        fromModel: ({ questions }): DraftQuiz => {
          return { questions: resolve(questions, all).slice(0, questionCount), cause: "model" };
        },
      },
    );
    const { questions, cause } = result;
    if (questions.length === 0) {
      const message = "There is too little running text in this document to ask about.";
      throw appError("INVALID_INPUT", message);
    }
    const isShort = questions.length < questionCount;
    const why = isShort ? { shortfall: { asked: questionCount, cause } } : {};
    await ctx.runMutation(internal.quizzes.drafting.save, { quizId, questions, madeBy, ...why });
    return null;
  },
});

/** A fair share of each document; the first ones make up for those that give fewer. */
function extract(sources: readonly StoredPassage[][], count: number, seed: number): DraftQuiz {
  const quizzes = sources.map((passages) => makeQuiz(passages, count, seed));
  const share = Math.ceil(count / Math.max(1, sources.length));
  const fair = quizzes.flatMap(({ questions }) => questions.slice(0, share));
  const rest = quizzes.flatMap(({ questions }) => questions.slice(share));
  const usableSentences = quizzes.reduce((sum, quiz) => sum + quiz.usableSentences, 0);
  return {
    questions: [...fair, ...rest].slice(0, count).map(asDraft),
    // no two questions ask about one concept, so with sentences enough it is the concepts that are few
    cause: usableSentences < count ? "sentences" : "concepts",
  };
}

function asDraft(question: QuizQuestion): DraftQuestion {
  const { prompt, explanation, concept, page } = question;
  const place = {
    passageId: question.passageId as Id<"passages">, // it came from a stored passage
    documentId: question.documentId as Id<"documents">,
    page,
  };
  const common = { prompt, explanation, concept, ...place };
  return question.kind === "choice"
    ? {
        ...common,
        kind: { kind: "choice", options: question.options },
        answerKey: { kind: "choice", option: question.correct },
      }
    : {
        ...common,
        kind: { kind: "short" },
        answerKey: { kind: "short", accepted: question.accepted },
      };
}

/** Puts passages in the place of their numbers; a question without one is left out. */
function resolve(
  questions: z.infer<typeof quizSchema>["questions"],
  passages: readonly StoredPassage[],
): DraftQuestion[] {
  return questions.flatMap(({ passage: number, kind, options, correct, accepted, ...words }) => {
    const passage = passages[number];
    if (passage === undefined) return [];
    const { passageId, documentId, page } = passage;
    const place = { passageId, documentId, page };
    return kind === "choice"
      ? asDraft({ ...words, ...place, kind, options: options ?? [], correct: correct ?? 0 })
      : asDraft({ ...words, ...place, kind, accepted: accepted ?? [] });
  });
}
