/** What agents read: the passages of documents, and the plan. A document that is gone has nothing to read. */
import { v, type Infer } from "convex/values";
import { internalQuery } from "../_generated/server.js";
import { findAnalysis, findDocument, listDocuments } from "../documents/model.ts";
import { vKeyConcept } from "../documents/tables.ts";

const PASSAGES_PER_PAGE = 400; // some 800 KB with their search texts

const vSourcePassage = v.object({
  passageId: v.id("passages"),
  documentId: v.id("documents"),
  ordinal: v.number(),
  page: v.number(),
  heading: v.union(v.string(), v.null()),
  isProse: v.boolean(),
  text: v.string(),
});
export type StoredPassage = Infer<typeof vSourcePassage>;

/** Passages from `fromOrdinal` on; empty at the end. */
export const passages = internalQuery({
  args: { documentId: v.id("documents"), fromOrdinal: v.number() },
  returns: v.array(vSourcePassage),
  handler: async (ctx, { documentId, fromOrdinal }) => {
    if ((await findDocument(ctx, documentId)) === null) return [];
    const rows = await ctx.db
      .query("passages")
      .withIndex("by_documentId_and_ordinal", (q) =>
        q.eq("documentId", documentId).gte("ordinal", fromOrdinal),
      )
      .take(PASSAGES_PER_PAGE);
    return rows.map(({ _id: passageId, ordinal, page, heading, isProse, text }) => {
      return { passageId, documentId, ordinal, page, heading: heading ?? null, isProse, text };
    });
  },
});

/** What is known of a document before the lesson is planned. Null when the document is gone. */
export const outline = internalQuery({
  args: { documentId: v.id("documents") },
  returns: v.union(
    v.object({ name: v.string(), summary: v.string(), keyConcepts: v.array(vKeyConcept) }),
    v.null(),
  ),
  handler: async (ctx, { documentId }) => {
    const document = await findDocument(ctx, documentId);
    if (document === null) return null;
    const analysis = await findAnalysis(ctx, documentId);
    const { summary = "", keyConcepts = [] } = analysis ?? {};
    return { name: document.name, summary, keyConcepts };
  },
});

/** The documents of a session that were read and understood. */
export const readyDocuments = internalQuery({
  args: { sessionId: v.id("sessions") },
  returns: v.array(v.id("documents")),
  handler: async (ctx, { sessionId }) => {
    const documents = await listDocuments(ctx, sessionId);
    return documents.filter(({ state }) => state.kind === "ready").map(({ _id }) => _id);
  },
});
