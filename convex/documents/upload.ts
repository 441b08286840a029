/**
 * Takes in files that the companion received. The companion stores the bytes by an upload URL, then registers
 * them; what is registered is read by a job. Rules DO1-DO2.
 */
import { v } from "convex/values";
import { internal } from "../_generated/api.js";
import { appError } from "../contract/errors.ts";
import {
  MAX_DOCUMENT_BYTES,
  MAX_DOCUMENTS_PER_SESSION,
  MAX_FILES_PER_UPLOAD,
  MAX_TITLE_CHARS,
} from "../contract/limits.ts";
import { serviceMutation } from "../functions.ts";
import { requireActiveMember, touchSession, WRITERS } from "../sessions/model.ts";
import { listDocuments } from "./model.ts";

/** An address that takes one file by POST within the hour. */
export const createUploadUrl = serviceMutation({
  args: {},
  returns: v.string(),
  handler: async (ctx) => await ctx.storage.generateUploadUrl(),
});

/**
 * Registers stored files as documents of a session, all or none, and asks for each to be read.
 * @throws NOT_FOUND, FORBIDDEN (observers), SESSION_ENDED, INVALID_INPUT, LIMIT_EXCEEDED, DOCUMENT_TOO_LARGE
 */
export const register = serviceMutation({
  args: {
    sessionId: v.id("sessions"),
    userId: v.id("users"),
    files: v.array(
      v.object({
        storageId: v.id("_storage"),
        name: v.string(),
        mediaType: v.string(),
        sizeBytes: v.number(),
        sha256: v.string(),
      }),
    ),
  },
  returns: v.array(v.id("documents")),
  handler: async (ctx, { sessionId, userId, files }) => {
    await requireActiveMember(ctx, sessionId, userId, WRITERS);
    if (files.length === 0) throw appError("INVALID_INPUT", "There is no file in this upload.");
    if (files.length > MAX_FILES_PER_UPLOAD) {
      throw appError("LIMIT_EXCEEDED", `At most ${MAX_FILES_PER_UPLOAD} files go in one upload.`);
    }
    const present = await listDocuments(ctx, sessionId);
    if (present.length + files.length > MAX_DOCUMENTS_PER_SESSION) {
      const message = `A session holds at most ${MAX_DOCUMENTS_PER_SESSION} documents.`;
      throw appError("LIMIT_EXCEEDED", message);
    }
    await touchSession(ctx, sessionId, Date.now());
    const documentIds = [];
    for (const { name, ...file } of files) {
      const stored = await ctx.db.system.get("_storage", file.storageId);
      if (stored === null) throw appError("NOT_FOUND", "The file was not stored.");
      if (stored.size > MAX_DOCUMENT_BYTES) throw appError("DOCUMENT_TOO_LARGE");
      const documentId = await ctx.db.insert("documents", {
        ...file,
        sessionId,
        uploadedBy: userId,
        name: shownFileName(name),
        state: { kind: "received" },
      });
      const input = { sessionId, documentId };
      await ctx.scheduler.runAfter(0, internal.jobs.enqueue.run, { name: "readDocument", input });
      documentIds.push(documentId);
    }
    return documentIds;
  },
});

/** The last part of a path, without control signs, never empty, its ending kept when it has to be cut. */
function shownFileName(name: string): string {
  const base = name.split(/[\\/]/u).at(-1) ?? "";
  const clean = base.replace(/\p{C}/gu, "").trim();
  if (clean === "") return "Untitled";
  if (clean.length <= MAX_TITLE_CHARS) return clean;
  const ending = /\.[A-Za-z0-9]{1,8}$/u.exec(clean)?.[0] ?? "";
  return clean.slice(0, MAX_TITLE_CHARS - ending.length - 1) + "…" + ending;
}
