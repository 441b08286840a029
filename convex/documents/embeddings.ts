/** Which passages still want an embedding, and keeping those that were made. */
import { v } from "convex/values";
import { internalMutation, internalQuery } from "../_generated/server.js";
import { findDocument } from "./model.ts";

const BATCH = 16; // bigger ones are not faster, and progress should move
/** Some 150 s of CPU in the usual mixture. Of a longer document the rest is found by its words. */
const MAX_EMBEDDED_ORDINAL = 4_000;

/** The next passages in order, none when all (or as many as are embedded at all) are done. */
export const next = internalQuery({
  args: { documentId: v.id("documents") },
  returns: v.object({
    passages: v.array(
      v.object({ passageId: v.id("passages"), ordinal: v.number(), text: v.string() }),
    ),
    total: v.number(), // passages of running text in the document
  }),
  handler: async (ctx, { documentId }) => {
    const last = await ctx.db
      .query("passageEmbeddings")
      .withIndex("by_documentId_and_ordinal", (q) => q.eq("documentId", documentId))
      .order("desc")
      .first();
    const from = (last?.ordinal ?? -1) + 1;
    // Code and tables mean nothing to a model of sentences; they are found by their words.
    const passages = await ctx.db
      .query("passages")
      .withIndex("by_documentId_and_isProse_and_ordinal", (q) =>
        q
          .eq("documentId", documentId)
          .eq("isProse", true)
          .gte("ordinal", from)
          .lt("ordinal", MAX_EMBEDDED_ORDINAL),
      )
      .take(BATCH);
    const document = await findDocument(ctx, documentId);
    const shown = passages.map(({ _id: passageId, ordinal, searchText: text }) => {
      return { passageId, ordinal, text };
    });
    return { passages: document === null ? [] : shown, total: document?.proseCount ?? 0 };
  },
});

/** Keeps embeddings; those that are there already, or whose document is gone, are passed over. */
export const add = internalMutation({
  args: {
    documentId: v.id("documents"),
    rows: v.array(
      v.object({
        passageId: v.id("passages"),
        ordinal: v.number(),
        embedding: v.array(v.float64()),
      }),
    ),
  },
  returns: v.null(),
  handler: async (ctx, { documentId, rows }) => {
    const document = await findDocument(ctx, documentId);
    if (document === null) return null;
    const last = await ctx.db
      .query("passageEmbeddings")
      .withIndex("by_documentId_and_ordinal", (q) => q.eq("documentId", documentId))
      .order("desc")
      .first();
    const { sessionId } = document;
    for (const row of rows) {
      if (row.ordinal <= (last?.ordinal ?? -1)) continue;
      await ctx.db.insert("passageEmbeddings", { documentId, sessionId, ...row });
    }
    return null;
  },
});
