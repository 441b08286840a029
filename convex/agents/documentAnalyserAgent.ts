"use node";
/** Understands a document: what it says in short, its key concepts, its terms, each with the passage it is from. */
import { v } from "convex/values";
import { z } from "zod";
import { internal } from "../_generated/api.js";
import type { Id } from "../_generated/dataModel.js";
import { internalAction } from "../_generated/server.js";
import { documentIdOf } from "../jobs/subject.ts";
import { vJobInput } from "../jobs/tables.ts";
import { analyse } from "./extractive/analyse.ts";
import type { StoredPassage } from "./material.ts";
import { asPrompt, readPassages } from "./readMaterial.ts";
import { runAgent } from "./runAgent.ts";

const INSTRUCTIONS = `You prepare a document for a tutoring session. Its passages are numbered in brackets.
Write a summary of 4 to 7 sentences in the document's language that tells a student what the document teaches.
Name the 5 to 10 concepts a student must understand, most fundamental first, each explained in one or two sentences
from the document, with the numbers of the passages that explain it. List the terms that the document defines, with
its own definition and the number of the passage. Use nothing that is not in the document.`;

export const analysisSchema = z.object({
  summary: z.string().min(1).max(4_000),
  keyConcepts: z
    .array(
      z.object({
        name: z.string().min(1).max(120),
        explanation: z.string().min(1).max(1_000),
        passages: z.array(z.number().int()),
      }),
    )
    .min(1)
    .max(20),
  terms: z
    .array(
      z.object({
        term: z.string().min(1).max(120),
        definition: z.string().min(1).max(1_000),
        passage: z.number().int(),
      }),
    )
    .max(60),
});

export const run = internalAction({
  args: { jobId: v.id("jobs"), input: vJobInput },
  returns: v.null(),
  handler: async (ctx, { jobId, input }) => {
    const documentId = documentIdOf(input);
    const passages = await readPassages(ctx, documentId);
    const { result, madeBy } = await runAgent(
      ctx,
      { agent: "documentAnalyser", jobId, sessionId: input.sessionId },
      {
        extract: () => withIds(analyse(passages)),
        ask: () => ({
          name: "analysis",
          instructions: INSTRUCTIONS,
          input: asPrompt(passages),
          schema: analysisSchema,
        }),
        fromModel: (output) => resolve(output, passages),
      },
    );
    await ctx.runMutation(internal.documents.analysing.save, { documentId, ...result, madeBy });
    return null;
  },
});

type Analysis = {
  summary: string;
  keyConcepts: {
    name: string;
    explanation: string;
    pages: number[];
    passageIds: Id<"passages">[];
  }[];
  terms: { term: string; definition: string; page: number; passageId: Id<"passages"> }[];
};

/** The extractive analyser knows ids as strings; they came from the passages and go back as what they were. */
function withIds(analysis: ReturnType<typeof analyse>): Analysis {
  return analysis as Analysis;
}

/** Puts passages in the place of their numbers; what points to no passage is left out. */
function resolve(output: z.infer<typeof analysisSchema>, passages: StoredPassage[]): Analysis {
  const keyConcepts = output.keyConcepts.flatMap(({ name, explanation, passages: numbers }) => {
    const found = numbers.flatMap((number) => passages[number] ?? []);
    if (found.length === 0) return [];
    const pages = [...new Set(found.map(({ page }) => page))].sort((a, b) => a - b);
    return [{ name, explanation, pages, passageIds: found.map(({ passageId }) => passageId) }];
  });
  const terms = output.terms.flatMap(({ term, definition, passage: number }) => {
    const passage = passages[number];
    if (passage === undefined) return [];
    return [{ term, definition, page: passage.page, passageId: passage.passageId }];
  });
  return { summary: output.summary, keyConcepts, terms };
}
