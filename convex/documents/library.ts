/** Public door to the documents of a session: list, read, rename, remove. Rules DO3-DO6. */
import { v } from "convex/values";
import { internal } from "../_generated/api.js";
import type { Doc, Id } from "../_generated/dataModel.js";
import type { QueryCtx } from "../_generated/server.js";
import { appError } from "../contract/errors.ts";
import { studentMutation, studentQuery } from "../functions.ts";
import { vJobProgress, type JobProgress } from "../jobs/tables.ts";
import { cleanTitle, requireMember, type Membership } from "../sessions/model.ts";
import { listDocuments, requireDocument } from "./model.ts";
import { vDocumentState } from "./tables.ts";

const MAX_PASSAGES_PER_PAGE = 200; // a page is cut at MAX_PAGE_CHARS, so it has far fewer
const JOBS_OF_A_DOCUMENT = 10; // the newest; only the one that is alive matters

/** The session's documents in the order of their upload, with the work in progress on each. @throws NOT_FOUND */
export const list = studentQuery({
  args: { sessionId: v.id("sessions") },
  returns: v.array(
    v.object({
      documentId: v.id("documents"),
      name: v.string(),
      mediaType: v.string(),
      sizeBytes: v.number(),
      state: vDocumentState,
      pageCount: v.optional(v.number()),
      uploadedBy: v.id("users"),
      progress: v.union(vJobProgress, v.null()),
    }),
  ),
  handler: async (ctx, { sessionId }) => {
    await requireMember(ctx, sessionId, ctx.user.userId);
    const documents = await listDocuments(ctx, sessionId);
    return await Promise.all(
      documents.map(async ({ _id: documentId, pageCount, ...document }) => ({
        documentId,
        name: document.name,
        mediaType: document.mediaType,
        sizeBytes: document.sizeBytes,
        state: document.state,
        ...(pageCount === undefined ? {} : { pageCount }),
        uploadedBy: document.uploadedBy,
        progress: await progressOf(ctx, documentId),
      })),
    );
  },
});

/** Owner, teachers and whoever uploaded it. @throws NOT_FOUND, FORBIDDEN, SESSION_ENDED, INVALID_INPUT */
export const rename = studentMutation({
  args: { documentId: v.id("documents"), name: v.string() },
  returns: v.null(),
  handler: async (ctx, { documentId, name }) => {
    const found = await requireDocument(ctx, documentId, ctx.user.userId);
    requireManager(found, ctx.user.userId);
    if (found.session.state.kind !== "active") throw appError("SESSION_ENDED");
    await ctx.db.patch("documents", documentId, { name: cleanTitle(name) });
    return null;
  },
});

/**
 * Removes a document and all that was made from it; it is gone for everyone at once, also after the session
 * ended. Owner, teachers and whoever uploaded it. @throws NOT_FOUND, FORBIDDEN
 */
export const remove = studentMutation({
  args: { documentId: v.id("documents") },
  returns: v.null(),
  handler: async (ctx, { documentId }) => {
    requireManager(await requireDocument(ctx, documentId, ctx.user.userId), ctx.user.userId);
    await ctx.db.patch("documents", documentId, { state: { kind: "removing" } });
    await ctx.scheduler.runAfter(0, internal.jobs.removeDocument.run, { documentId });
    return null;
  },
});

/** One page (from 1) as text, and where its passages lie in it. @throws NOT_FOUND */
export const getPage = studentQuery({
  args: { documentId: v.id("documents"), page: v.number() },
  returns: v.object({
    text: v.string(),
    passages: v.array(
      v.object({ passageId: v.id("passages"), start: v.number(), end: v.number() }),
    ),
  }),
  handler: async (ctx, { documentId, page }) => {
    await requireDocument(ctx, documentId, ctx.user.userId);
    const found = await ctx.db
      .query("pages")
      .withIndex("by_documentId_and_page", (q) => q.eq("documentId", documentId).eq("page", page))
      .unique();
    if (found === null) throw appError("NOT_FOUND", "There is no such page.");
    const passages = await ctx.db
      .query("passages")
      .withIndex("by_documentId_and_page", (q) => q.eq("documentId", documentId).eq("page", page))
      .take(MAX_PASSAGES_PER_PAGE);
    return {
      text: found.text,
      passages: passages.map(({ _id: passageId, start, end }) => ({ passageId, start, end })),
    };
  },
});

/** What a citation points to. @throws NOT_FOUND */
export const getPassage = studentQuery({
  args: { passageId: v.id("passages") },
  returns: v.object({
    documentId: v.id("documents"),
    documentName: v.string(),
    page: v.number(),
    start: v.number(),
    end: v.number(),
    text: v.string(),
    heading: v.optional(v.string()),
  }),
  handler: async (ctx, { passageId }) => {
    const passage = await ctx.db.get("passages", passageId);
    if (passage === null) throw appError("NOT_FOUND", "There is no such document.");
    const { documentId, page, start, end, text, heading } = passage;
    const { document } = await requireDocument(ctx, documentId, ctx.user.userId);
    const place = { documentId, documentName: document.name, page, start, end, text };
    return { ...place, ...(heading === undefined ? {} : { heading }) };
  },
});

/** A short-lived address of the file as it was uploaded. @throws NOT_FOUND */
export const fileUrl = studentQuery({
  args: { documentId: v.id("documents") },
  returns: v.string(),
  handler: async (ctx, { documentId }) => {
    const { document } = await requireDocument(ctx, documentId, ctx.user.userId);
    const url = await ctx.storage.getUrl(document.storageId);
    if (url === null) throw appError("NOT_FOUND", "There is no such document.");
    return url;
  },
});

function requireManager(
  found: Membership & { document: Doc<"documents"> },
  userId: Id<"users">,
): void {
  const isTeacher = found.role === "owner" || found.role === "teacher";
  if (!isTeacher && found.document.uploadedBy !== userId) throw appError("FORBIDDEN");
}

async function progressOf(ctx: QueryCtx, documentId: Id<"documents">): Promise<JobProgress | null> {
  const jobs = await ctx.db
    .query("jobs")
    .withIndex("by_documentId", (q) => q.eq("documentId", documentId))
    .order("desc")
    .take(JOBS_OF_A_DOCUMENT);
  const alive = jobs.find(({ state }) => state.kind === "running" || state.kind === "pending");
  return alive?.progress ?? null;
}
