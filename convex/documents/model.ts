/** What every room may ask about documents. A document being removed is gone for everyone (rule DO5). */
import type { Doc, Id } from "../_generated/dataModel.js";
import type { QueryCtx } from "../_generated/server.js";
import { appError } from "../contract/errors.ts";
import { MAX_DOCUMENTS_PER_SESSION } from "../contract/limits.ts";
import { requireMember, type Membership } from "../sessions/model.ts";

/** A document that exists and is not being removed, or null. */
export async function findDocument(ctx: QueryCtx, documentId: Id<"documents">) {
  const document = await ctx.db.get("documents", documentId);
  return document === null || document.state.kind === "removing" ? null : document;
}

/** @throws NOT_FOUND unless the document exists and the user takes part in its session. */
export async function requireDocument(
  ctx: QueryCtx,
  documentId: Id<"documents">,
  userId: Id<"users">,
): Promise<Membership & { document: Doc<"documents"> }> {
  const document = await findDocument(ctx, documentId);
  if (document === null) throw appError("NOT_FOUND", "There is no such document.");
  const membership = await requireMember(ctx, document.sessionId, userId).catch(() => {
    throw appError("NOT_FOUND", "There is no such document.");
  });
  return { ...membership, document };
}

/** The session's documents in the order of their upload. */
export async function listDocuments(ctx: QueryCtx, sessionId: Id<"sessions">) {
  const documents = await ctx.db
    .query("documents")
    .withIndex("by_sessionId", (q) => q.eq("sessionId", sessionId))
    .take(2 * MAX_DOCUMENTS_PER_SESSION); // twice: those being removed still lie there
  return documents.filter(({ state }) => state.kind !== "removing");
}

export async function findAnalysis(ctx: QueryCtx, documentId: Id<"documents">) {
  return await ctx.db
    .query("analyses")
    .withIndex("by_documentId", (q) => q.eq("documentId", documentId))
    .unique();
}
