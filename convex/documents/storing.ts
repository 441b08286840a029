/** Writes what was read from a document. Called by documents/readFile only; a document that is gone stops it. */
import { v } from "convex/values";
import { internalMutation, type MutationCtx } from "../_generated/server.js";
import type { Id } from "../_generated/dataModel.js";
import { appError } from "../contract/errors.ts";
import { findDocument } from "./model.ts";

const CLEARED_PER_CALL = 500; // rows of an earlier attempt that died; there are none in the normal case

/** Says what to read, and that it is being read. @throws NOT_FOUND */
export const begin = internalMutation({
  args: { documentId: v.id("documents") },
  returns: v.object({ storageId: v.id("_storage"), name: v.string() }),
  handler: async (ctx, { documentId }) => {
    const { storageId, name } = await requireDocument(ctx, documentId);
    const state = { kind: "reading" as const, page: 0, pageCount: 0 };
    await ctx.db.patch("documents", documentId, { state });
    return { storageId, name };
  },
});

/** Deletes rows of an earlier attempt; true when none is left. */
export const clear = internalMutation({
  args: { documentId: v.id("documents") },
  returns: v.boolean(),
  handler: async (ctx, { documentId }) => {
    const pages = await ctx.db
      .query("pages")
      .withIndex("by_documentId_and_page", (q) => q.eq("documentId", documentId))
      .take(CLEARED_PER_CALL / 10);
    for (const page of pages) await ctx.db.delete("pages", page._id);
    const passages = await ctx.db
      .query("passages")
      .withIndex("by_documentId_and_ordinal", (q) => q.eq("documentId", documentId))
      .take(CLEARED_PER_CALL);
    for (const passage of passages) await ctx.db.delete("passages", passage._id);
    const embeddings = await ctx.db
      .query("passageEmbeddings")
      .withIndex("by_documentId_and_ordinal", (q) => q.eq("documentId", documentId))
      .take(CLEARED_PER_CALL);
    for (const embedding of embeddings) await ctx.db.delete("passageEmbeddings", embedding._id);
    return pages.length + passages.length + embeddings.length === 0;
  },
});

export const setMediaType = internalMutation({
  args: { documentId: v.id("documents"), mediaType: v.string() },
  returns: v.null(),
  handler: async (ctx, { documentId, mediaType }) => {
    await requireDocument(ctx, documentId);
    await ctx.db.patch("documents", documentId, { mediaType });
    return null;
  },
});

export const setPage = internalMutation({
  args: { documentId: v.id("documents"), page: v.number(), pageCount: v.number() },
  returns: v.null(),
  handler: async (ctx, { documentId, page, pageCount }) => {
    await requireDocument(ctx, documentId);
    const state = { kind: "reading" as const, page, pageCount };
    await ctx.db.patch("documents", documentId, { state });
    return null;
  },
});

export const addPages = internalMutation({
  args: {
    documentId: v.id("documents"),
    pages: v.array(v.object({ page: v.number(), text: v.string() })),
  },
  returns: v.null(),
  handler: async (ctx, { documentId, pages }) => {
    await requireDocument(ctx, documentId);
    for (const page of pages) await ctx.db.insert("pages", { documentId, ...page });
    return null;
  },
});

export const addPassages = internalMutation({
  args: {
    documentId: v.id("documents"),
    passages: v.array(
      v.object({
        ordinal: v.number(),
        page: v.number(),
        start: v.number(),
        end: v.number(),
        heading: v.union(v.string(), v.null()),
        isProse: v.boolean(),
        text: v.string(),
      }),
    ),
  },
  returns: v.null(),
  handler: async (ctx, { documentId, passages }) => {
    const { sessionId } = await requireDocument(ctx, documentId);
    for (const { heading, ...passage } of passages) {
      const searchText = heading === null ? passage.text : `${heading}\n${passage.text}`;
      await ctx.db.insert("passages", {
        documentId,
        sessionId,
        ...passage,
        ...(heading === null ? {} : { heading }),
        searchText,
      });
    }
    return null;
  },
});

export const finish = internalMutation({
  args: { documentId: v.id("documents"), pageCount: v.number(), passageCount: v.number() },
  returns: v.null(),
  handler: async (ctx, { documentId, pageCount, passageCount }) => {
    await requireDocument(ctx, documentId);
    await ctx.db.patch("documents", documentId, { pageCount, passageCount });
    return null;
  },
});

async function requireDocument(ctx: MutationCtx, documentId: Id<"documents">) {
  const document = await findDocument(ctx, documentId);
  if (document === null) throw appError("NOT_FOUND", "There is no such document.");
  return document;
}
