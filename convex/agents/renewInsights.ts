"use node";
/** Counts a board as it is stored now and puts its insights into the report that there is. Rule RE4. */
import { v } from "convex/values";
import { internal } from "../_generated/api.js";
import { internalAction } from "../_generated/server.js";
import { digestInsights } from "../contract/board/insightDigest.ts";
import { vJobInput } from "../jobs/tables.ts";
import { readBoard } from "./readBoard.ts";

/** Safe to repeat. @throws NOT_FOUND; CONFLICT when the board was compacted meanwhile */
export const run = internalAction({
  args: { jobId: v.id("jobs"), input: vJobInput },
  returns: v.null(),
  handler: async (ctx, { input: { sessionId } }) => {
    const { objects, point: boardPoint } = await readBoard(ctx, sessionId);
    const insights = { sessionId, board: digestInsights(objects), boardPoint };
    await ctx.runMutation(internal.reports.drafting.saveInsights, insights);
    return null;
  },
});
