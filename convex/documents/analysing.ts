/** Keeps what the analyser understood of a document; a second analysis takes the place of the first. */
import { v } from "convex/values";
import { internalMutation } from "../_generated/server.js";
import { appError } from "../contract/errors.ts";
import { findAnalysis, findDocument } from "./model.ts";
import { vKeyConcept, vKeyTerm } from "./tables.ts";

/** @throws NOT_FOUND when the document is gone */
export const save = internalMutation({
  args: {
    documentId: v.id("documents"),
    summary: v.string(),
    keyConcepts: v.array(vKeyConcept),
    terms: v.array(vKeyTerm),
    madeBy: v.string(),
  },
  returns: v.null(),
  handler: async (ctx, analysis) => {
    const document = await findDocument(ctx, analysis.documentId);
    if (document === null) throw appError("NOT_FOUND");
    const known = await findAnalysis(ctx, analysis.documentId);
    const row = { ...analysis, sessionId: document.sessionId };
    if (known === null) await ctx.db.insert("analyses", row);
    else await ctx.db.replace("analyses", known._id, row);
    return null;
  },
});
