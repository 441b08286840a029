/** Public door to what was understood of a document. */
import { v } from "convex/values";
import { studentQuery } from "../functions.ts";
import { findAnalysis, requireDocument } from "./model.ts";
import { vKeyConcept, vKeyTerm } from "./tables.ts";

/** Null while there is none yet. @throws NOT_FOUND */
export const get = studentQuery({
  args: { documentId: v.id("documents") },
  returns: v.union(
    v.object({
      documentId: v.id("documents"),
      summary: v.string(),
      keyConcepts: v.array(vKeyConcept),
      terms: v.array(vKeyTerm),
      madeBy: v.string(),
    }),
    v.null(),
  ),
  handler: async (ctx, { documentId }) => {
    await requireDocument(ctx, documentId, ctx.user.userId);
    const analysis = await findAnalysis(ctx, documentId);
    if (analysis === null) return null;
    const { summary, keyConcepts, terms, madeBy } = analysis;
    return { documentId, summary, keyConcepts, terms, madeBy };
  },
});
