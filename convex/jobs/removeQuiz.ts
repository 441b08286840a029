/** Deletes the questions and answers of a quiz whose row is gone. Rule QU5. */
import { v } from "convex/values";
import { internal } from "../_generated/api.js";
import { internalMutation } from "../_generated/server.js";
import { drainQuiz, newBudget } from "./removal.ts";

/** One batch; goes on by itself. Safe to repeat. */
export const run = internalMutation({
  args: { quizId: v.id("quizzes") },
  returns: v.null(),
  handler: async (ctx, { quizId }) => {
    if (!(await drainQuiz(ctx, newBudget(), quizId))) {
      await ctx.scheduler.runAfter(0, internal.jobs.removeQuiz.run, { quizId });
    }
    return null;
  },
});
