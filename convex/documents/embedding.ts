"use node";
/** Embeds passages, as the action of the job embedDocument, and questions. Goes on where an earlier run stopped. */
import { v } from "convex/values";
import { internal } from "../_generated/api.js";
import { internalAction } from "../_generated/server.js";
import { documentIdOf } from "../jobs/subject.ts";
import { vJobInput } from "../jobs/tables.ts";
import { embed } from "./embedder.ts";

export const run = internalAction({
  args: { jobId: v.id("jobs"), input: vJobInput },
  returns: v.null(),
  handler: async (ctx, { jobId, input }) => {
    const documentId = documentIdOf(input);
    for (let done = 0; ;) {
      const next = await ctx.runQuery(internal.documents.embeddings.next, { documentId });
      if (next.passages.length === 0) return null;
      const vectors = await embed(next.passages.map(({ text }) => text));
      const rows = next.passages.map(({ passageId, ordinal }, index) => {
        return { passageId, ordinal, embedding: vectors[index] ?? [] };
      });
      await ctx.runMutation(internal.documents.embeddings.add, { documentId, rows });
      done += rows.length;
      const label = `indexing by meaning: ${done} of ${next.total}`;
      const progress = { done, total: next.total, label };
      await ctx.runMutation(internal.jobs.execute.report, { jobId, progress });
    }
  },
});

export const embedQuestion = internalAction({
  args: { question: v.string() },
  returns: v.array(v.float64()),
  handler: async (_ctx, { question }) => {
    const [vector] = await embed([question]);
    return vector ?? [];
  },
});
