/**
 * The pictures of a board, for the companion: it has checked the bytes and stored them, and hands them out to
 * members again. Rules BO11, BO12.
 */
import { v } from "convex/values";
import { IMAGE_TYPES } from "../contract/boardOps.ts";
import { appError } from "../contract/errors.ts";
import { MAX_IMAGE_BYTES, MAX_IMAGES_PER_BOARD } from "../contract/limits.ts";
import { serviceMutation, serviceQuery } from "../functions.ts";
import { requireActiveMember, requireMember, touchSession, WRITERS } from "../sessions/model.ts";

/**
 * Makes a stored file a picture of the session's board. The same bytes are kept once: their second file is
 * deleted and the first one's id returned.
 * @throws NOT_FOUND, FORBIDDEN (observers), SESSION_ENDED, INVALID_INPUT, LIMIT_EXCEEDED
 */
export const register = serviceMutation({
  args: {
    sessionId: v.id("sessions"),
    userId: v.id("users"),
    image: v.object({
      storageId: v.id("_storage"),
      mediaType: v.string(),
      sizeBytes: v.number(),
      sha256: v.string(),
    }),
  },
  returns: v.id("boardImages"),
  handler: async (ctx, { sessionId, userId, image }) => {
    await requireActiveMember(ctx, sessionId, userId, WRITERS);
    const stored = await ctx.db.system.get("_storage", image.storageId);
    if (stored === null) throw appError("NOT_FOUND", "The file was not stored.");
    const isImage = IMAGE_TYPES.some((type) => type === image.mediaType);
    if (!isImage || stored.size > MAX_IMAGE_BYTES) throw appError("INVALID_INPUT");
    const known = await ctx.db
      .query("boardImages")
      .withIndex("by_sessionId_and_sha256", (q) =>
        q.eq("sessionId", sessionId).eq("sha256", image.sha256),
      )
      .unique();
    if (known !== null) {
      if (known.storageId !== image.storageId) await ctx.storage.delete(image.storageId);
      await ctx.db.patch("boardImages", known._id, { unusedSince: undefined }); // about to be shown again
      return known._id;
    }
    const present = await ctx.db
      .query("boardImages")
      .withIndex("by_sessionId_and_sha256", (q) => q.eq("sessionId", sessionId))
      .take(MAX_IMAGES_PER_BOARD);
    if (present.length === MAX_IMAGES_PER_BOARD) throw appError("LIMIT_EXCEEDED", NO_MORE);
    await touchSession(ctx, sessionId, Date.now());
    return await ctx.db.insert("boardImages", { ...image, sessionId, addedBy: userId });
  },
});

const NO_MORE =
  `A board keeps at most ${MAX_IMAGES_PER_BOARD} pictures. One that is deleted counts until a day after ` +
  "no version of the board shows it. Go on in a new session.";

/**
 * Where the bytes of a picture are, also after the session has ended; null for whatever is no picture of this
 * board. @throws NOT_FOUND unless the user takes part
 */
export const find = serviceQuery({
  args: { sessionId: v.string(), userId: v.string(), imageId: v.string() },
  returns: v.union(
    v.null(),
    v.object({ url: v.string(), mediaType: v.string(), sizeBytes: v.number() }),
  ),
  handler: async (ctx, args) => {
    const sessionId = ctx.db.normalizeId("sessions", args.sessionId);
    const userId = ctx.db.normalizeId("users", args.userId);
    const imageId = ctx.db.normalizeId("boardImages", args.imageId);
    if (sessionId === null || userId === null) throw appError("NOT_FOUND");
    await requireMember(ctx, sessionId, userId);
    const image = imageId === null ? null : await ctx.db.get("boardImages", imageId);
    if (image?.sessionId !== sessionId) return null;
    const url = await ctx.storage.getUrl(image.storageId);
    return url === null ? null : { url, mediaType: image.mediaType, sizeBytes: image.sizeBytes };
  },
});
