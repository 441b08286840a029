"use node";
/** Plans what is to be learned from a document, in teaching order. */
import { v } from "convex/values";
import { z } from "zod";
import { internal } from "../_generated/api.js";
import { internalAction } from "../_generated/server.js";
import { appError } from "../contract/errors.ts";
import { documentIdOf } from "../jobs/subject.ts";
import { vJobInput } from "../jobs/tables.ts";
import { planObjectives } from "./extractive/planObjectives.ts";
import type { StoredPassage } from "./material.ts";
import { readPassages } from "./readMaterial.ts";
import { runAgent } from "./runAgent.ts";

const INSTRUCTIONS = `You plan a lesson on a document. From its summary, key concepts and sections make 3 to 8 learning
objectives in the order in which they should be taught, in the document's language. Each has a short title, one sentence
that says why it matters, and the pages it is on.`;
const MAX_SECTIONS = 200; // headings shown to the model

export const planSchema = z.object({
  objectives: z
    .array(
      z.object({
        title: z.string().min(1).max(200),
        why: z.string().min(1).max(600),
        pages: z.array(z.number().int().min(1)),
      }),
    )
    .min(1)
    .max(12),
});

export const run = internalAction({
  args: { jobId: v.id("jobs"), input: vJobInput },
  returns: v.null(),
  handler: async (ctx, { jobId, input }) => {
    const documentId = documentIdOf(input);
    const { sessionId } = input;
    const outline = await ctx.runQuery(internal.agents.material.outline, { documentId });
    if (outline === null) throw appError("NOT_FOUND");
    const passages = await readPassages(ctx, documentId);
    const lastPage = passages.at(-1)?.page ?? 1;
    const { result, madeBy } = await runAgent(
      ctx,
      { agent: "planner", jobId, sessionId },
      {
        extract: () => planObjectives(passages, outline.keyConcepts),
        ask: () => ({
          name: "plan",
          instructions: INSTRUCTIONS,
          input: JSON.stringify({ ...outline, sections: sectionsOf(passages) }),
          schema: planSchema,
        }),
        fromModel: ({ objectives }) =>
          objectives.map(({ pages, ...objective }) => {
            return { ...objective, pages: pages.filter((page) => page <= lastPage) };
          }),
      },
    );
    await ctx.runMutation(internal.lessons.drafting.save, {
      sessionId,
      documentId,
      objectives: result,
      madeBy,
    });
    return null;
  },
});

function sectionsOf(passages: readonly StoredPassage[]): { heading: string; page: number }[] {
  const sections = new Map<string, number>();
  for (const { heading, page } of passages) {
    if (heading !== null && !sections.has(heading)) sections.set(heading, page);
  }
  return [...sections].slice(0, MAX_SECTIONS).map(([heading, page]) => ({ heading, page }));
}
