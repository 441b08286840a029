/**
 * Writes what was read from a document, for documents/readFile only. A run holds a token from `begin`; whoever
 * began later takes it over, so that a run that was taken for dead cannot mix its pages into another's (JB3).
 */
import { v } from "convex/values";
import { internalMutation, type MutationCtx } from "../_generated/server.js";
import type { Id } from "../_generated/dataModel.js";
import { appError } from "../contract/errors.ts";
import { findDocument } from "./model.ts";

const CLEARED_PER_CALL = 500; // rows of an earlier attempt that died; there are none in the normal case

const run = { documentId: v.id("documents"), token: v.string() };

/** Says what to read, and that it is being read. @throws NOT_FOUND */
export const begin = internalMutation({
  args: { documentId: v.id("documents") },
  returns: v.object({ storageId: v.id("_storage"), name: v.string(), token: v.string() }),
  handler: async (ctx, { documentId }) => {
    const document = await findDocument(ctx, documentId);
    if (document === null) throw appError("NOT_FOUND", "There is no such document.");
    const token = crypto.randomUUID();
    const state = { kind: "reading" as const, page: 0, pageCount: 0 };
    await ctx.db.patch("documents", documentId, { state, readingToken: token });
    return { storageId: document.storageId, name: document.name, token };
  },
});

/** Deletes rows of an earlier attempt; true when none is left. */
export const clear = internalMutation({
  args: run,
  returns: v.boolean(),
  handler: async (ctx, { documentId, token }) => {
    await requireRun(ctx, documentId, token);
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
  args: { ...run, mediaType: v.string() },
  returns: v.null(),
  handler: async (ctx, { documentId, token, mediaType }) => {
    await requireRun(ctx, documentId, token);
    await ctx.db.patch("documents", documentId, { mediaType });
    return null;
  },
});

export const setPage = internalMutation({
  args: { ...run, page: v.number(), pageCount: v.number() },
  returns: v.null(),
  handler: async (ctx, { documentId, token, page, pageCount }) => {
    await requireRun(ctx, documentId, token);
    const state = { kind: "reading" as const, page, pageCount };
    await ctx.db.patch("documents", documentId, { state });
    return null;
  },
});

export const addPages = internalMutation({
  args: {
    ...run,
    pages: v.array(v.object({ page: v.number(), text: v.string() })),
  },
  returns: v.null(),
  handler: async (ctx, { documentId, token, pages }) => {
    await requireRun(ctx, documentId, token);
    for (const page of pages) await ctx.db.insert("pages", { documentId, ...page });
    return null;
  },
});

export const addPassages = internalMutation({
  args: {
    ...run,
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
  handler: async (ctx, { documentId, token, passages }) => {
    const { sessionId } = await requireRun(ctx, documentId, token);
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
  args: { ...run, pageCount: v.number(), passageCount: v.number(), proseCount: v.number() },
  returns: v.null(),
  handler: async (ctx, { documentId, token, ...counts }) => {
    await requireRun(ctx, documentId, token);
    await ctx.db.patch("documents", documentId, counts);
    return null;
  },
});

/** @throws NOT_FOUND when the document is gone, INTERRUPTED when another run took over */
async function requireRun(ctx: MutationCtx, documentId: Id<"documents">, token: string) {
  const document = await findDocument(ctx, documentId);
  if (document === null) throw appError("NOT_FOUND", "There is no such document.");
  if (document.readingToken !== token) throw appError("INTERRUPTED");
  return document;
}
