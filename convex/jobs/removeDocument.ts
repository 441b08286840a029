/** Deletes a document that is marked as being removed, with all that was made from it. Rule DO5. */
import { v } from "convex/values";
import { internal } from "../_generated/api.js";
import type { Doc } from "../_generated/dataModel.js";
import { internalMutation, type MutationCtx } from "../_generated/server.js";
import { findPlan, withSomeFocus } from "../lessons/model.ts";
import { drainDocument, newBudget } from "./removal.ts";

/** One batch; goes on by itself until the document is gone. Safe to repeat. */
export const run = internalMutation({
  args: { documentId: v.id("documents") },
  returns: v.null(),
  handler: async (ctx, { documentId }) => {
    const document = await ctx.db.get("documents", documentId);
    if (document?.state.kind !== "removing") return null;
    if (!(await drainDocument(ctx, newBudget(), documentId))) {
      await ctx.scheduler.runAfter(0, internal.jobs.removeDocument.run, { documentId });
      return null;
    }
    await dropObjectives(ctx, document);
    await ctx.storage.delete(document.storageId);
    await ctx.db.delete("documents", documentId);
    return null;
  },
});

/** The plan goes on without what was to be learned from this document. */
async function dropObjectives(ctx: MutationCtx, document: Doc<"documents">): Promise<void> {
  const plan = await findPlan(ctx, document.sessionId);
  if (plan === null) return;
  const kept = plan.objectives.filter(({ documentId }) => documentId !== document._id);
  if (kept.length === plan.objectives.length) return;
  const { objectives, focusObjectiveId } = withSomeFocus(kept);
  await ctx.db.replace("plans", plan._id, {
    sessionId: plan.sessionId,
    objectives,
    ...(focusObjectiveId === undefined ? {} : { focusObjectiveId }),
    revision: plan.revision + 1,
    madeBy: plan.madeBy,
  });
}
