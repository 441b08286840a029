"use node";
/** Reports on a session. Numbers are always counted, never guessed; a model only finds the words. */
import { v } from "convex/values";
import { z } from "zod";
import { internal } from "../_generated/api.js";
import { internalAction } from "../_generated/server.js";
import { digestInsights } from "../contract/board/insightDigest.ts";
import { appError } from "../contract/errors.ts";
import { vJobInput } from "../jobs/tables.ts";
import { writeReport } from "./extractive/writeReport.ts";
import { readBoard } from "./readBoard.ts";
import { runAgent } from "./runAgent.ts";

const INSTRUCTIONS = `You report on a tutoring session to the student and the teacher. From the record, write a summary of 3
to 6 sentences, what went well, what is not understood yet, and what to do next with page numbers where the record has
them. Be specific and kind, say nothing that the record does not bear out, and write in the language of the questions.`;

const texts = z.array(z.string().min(1).max(400)).max(8);
export const reportSchema = z.object({
  summary: z.string().min(1).max(3_000),
  strengths: texts,
  gaps: texts,
  recommendations: texts,
});

export const run = internalAction({
  args: { jobId: v.id("jobs"), input: vJobInput },
  returns: v.null(),
  handler: async (ctx, { jobId, input: { sessionId } }) => {
    const record = await ctx.runQuery(internal.reports.record.read, { sessionId });
    if (record === null) throw appError("NOT_FOUND");
    const { objects, point: boardPoint } = await readBoard(ctx, sessionId);
    const counted = { ...writeReport(record), board: digestInsights(objects) };
    const { result, madeBy } = await runAgent(
      ctx,
      { agent: "sessionAnalyser", jobId, sessionId },
      {
        extract: () => counted,
        ask: () => ({
          name: "report",
          instructions: INSTRUCTIONS,
          input: JSON.stringify(record),
          schema: reportSchema,
        }),
        fromModel: (output) => ({ ...counted, ...output }),
      },
    );
    const report = { sessionId, content: result, madeBy, boardPoint };
    await ctx.runMutation(internal.reports.drafting.save, report);
    return null;
  },
});
