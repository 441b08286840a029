/**
 * Where the companion keeps a board's versions: written chunk by chunk, and there only when the last chunk is, so
 * that a companion that dies leaves nothing half to be seen. Rules BH1-BH3.
 */
import { v } from "convex/values";
import { internal } from "../_generated/api.js";
import type { Doc, Id } from "../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../_generated/server.js";
import { appError } from "../contract/errors.ts";
import {
  MAX_IMAGE_IDS_PER_VERSION,
  MAX_IMAGES_PER_BOARD,
  MAX_PARTICIPANTS_PER_SESSION,
} from "../contract/limits.ts";
import { serviceMutation, serviceQuery } from "../functions.ts";
import { findSession } from "../sessions/model.ts";
import { checkSize, cleanLabel, findChunk, requireRoomForName, requireSavable } from "./model.ts";
import { vContribution, vVersionCause, type VersionCause } from "./tables.ts";

const MAX_VERSION_CHUNKS = 16; // about 14 MiB, gzipped; a board may have 12 MiB
const MAX_KEY_CHARS = 64;
/** Of two companions that share a board each has its own clock; one version a minute is enough. */
const MIN_INTERVAL_MS = 60_000;

/**
 * Stores one chunk of a version. Chunks go in order, one call each, all with the same `versionKey`; with the last
 * of `total` the version is there. A repeated call changes nothing. Null: not wanted, since a version has just been
 * taken (`interval` only); nothing is stored then. @throws NOT_FOUND, SESSION_ENDED, INVALID_INPUT,
 * LIMIT_EXCEEDED (too large, or too many have a name), CONFLICT for a chunk out of order
 */
export const write = serviceMutation({
  args: {
    sessionId: v.id("sessions"),
    versionKey: v.string(),
    cause: vVersionCause,
    boardSeq: v.number(),
    objectCount: v.number(),
    contributions: v.array(vContribution),
    imageIds: v.optional(v.array(v.string())), // as its objects say it; absent = too many to tell
    index: v.number(),
    total: v.number(),
    bytes: v.bytes(),
  },
  returns: v.union(v.id("boardVersions"), v.null()),
  handler: async (ctx, { index, total, bytes, ...about }) => {
    const now = Date.now();
    const { sessionId, versionKey } = about;
    await requireSavable(ctx, sessionId, now);
    checkSize(bytes);
    if (total < 1 || total > MAX_VERSION_CHUNKS || index < 0 || index >= total) {
      throw appError("LIMIT_EXCEEDED", `A version has at most ${MAX_VERSION_CHUNKS} chunks.`);
    }
    const version =
      (await findVersion(ctx, sessionId, versionKey)) ?? (await open(ctx, about, now));
    if (version === null) return null;
    if (version.state !== "writing" || index < version.chunkCount) return version._id;
    if (index > version.chunkCount) throw appError("CONFLICT", "A chunk is missing.");
    await ctx.db.insert("boardVersionChunks", { sessionId, versionId: version._id, index, bytes });
    const isWhole = index === total - 1;
    await ctx.db.patch("boardVersions", version._id, {
      chunkCount: index + 1,
      sizeBytes: version.sizeBytes + bytes.byteLength,
      state: isWhole ? "whole" : "writing",
    });
    if (isWhole)
      await ctx.scheduler.runAfter(0, internal.whiteboard.thinVersions.run, { sessionId });
    return version._id;
  },
});

/** `boardSeq` of the newest version, or null; tells a companion whether it would have news. @throws NOT_FOUND */
export const newest = serviceQuery({
  args: { sessionId: v.id("sessions") },
  returns: v.union(v.number(), v.null()),
  handler: async (ctx, { sessionId }) => {
    if ((await findSession(ctx, sessionId)) === null) throw appError("NOT_FOUND");
    return (await newestVersion(ctx, sessionId))?.boardSeq ?? null;
  },
});

/** One chunk of a whole version, and how many there are. @throws NOT_FOUND */
export const read = serviceQuery({
  args: { sessionId: v.id("sessions"), versionId: v.string(), index: v.number() },
  returns: v.object({ bytes: v.bytes(), total: v.number() }),
  handler: async (ctx, { sessionId, index, ...args }) => {
    const versionId = ctx.db.normalizeId("boardVersions", args.versionId);
    const version = versionId === null ? null : await ctx.db.get("boardVersions", versionId);
    const isThere = version?.sessionId === sessionId && version.state === "whole";
    if (!isThere || (await findSession(ctx, sessionId)) === null) {
      throw appError("NOT_FOUND", "There is no such version.");
    }
    return { bytes: await findChunk(ctx, version._id, index), total: version.chunkCount };
  },
});

async function findVersion(ctx: QueryCtx, sessionId: Id<"sessions">, versionKey: string) {
  return await ctx.db
    .query("boardVersions")
    .withIndex("by_sessionId_and_versionKey", (q) =>
      q.eq("sessionId", sessionId).eq("versionKey", versionKey),
    )
    .unique();
}

type About = Pick<
  Doc<"boardVersions">,
  "sessionId" | "versionKey" | "cause" | "boardSeq" | "objectCount" | "contributions"
> & { imageIds?: string[] };

/** Null when it is not wanted. */
async function open(ctx: MutationCtx, about: About, now: number) {
  const { sessionId, versionKey, contributions } = about;
  if (versionKey.length === 0 || versionKey.length > MAX_KEY_CHARS) {
    throw appError("INVALID_INPUT", `A key has 1 to ${MAX_KEY_CHARS} characters.`);
  }
  if (contributions.length > MAX_PARTICIPANTS_PER_SESSION + 1) {
    throw appError("LIMIT_EXCEEDED", "More people than a session can have.");
  }
  if ((about.imageIds?.length ?? 0) > MAX_IMAGE_IDS_PER_VERSION) {
    throw appError("LIMIT_EXCEEDED", "More pictures than a board can have.");
  }
  if (about.cause.kind === "interval") {
    const newest = await newestVersion(ctx, sessionId);
    if (newest !== null && now - newest.takenAt < MIN_INTERVAL_MS) return null;
  }
  if (about.cause.kind === "named") await requireRoomForName(ctx, sessionId);
  const { imageIds, ...rest } = about;
  const versionId = await ctx.db.insert("boardVersions", {
    ...rest,
    ...(imageIds && { imageIds: await ofSession(ctx, sessionId, imageIds) }),
    cause: cleanCause(about.cause),
    state: "writing",
    takenAt: now,
    chunkCount: 0,
    sizeBytes: 0,
  });
  return await ctx.db.get("boardVersions", versionId);
}

/** Those that are pictures of the session: anybody can put any name into an object. */
async function ofSession(ctx: QueryCtx, sessionId: Id<"sessions">, imageIds: string[]) {
  if (imageIds.length === 0) return [];
  const named = new Set(imageIds);
  const images = await ctx.db
    .query("boardImages")
    .withIndex("by_sessionId_and_sha256", (q) => q.eq("sessionId", sessionId))
    .take(MAX_IMAGES_PER_BOARD);
  return images.map(({ _id }) => _id).filter((id) => named.has(id));
}

async function newestVersion(ctx: QueryCtx, sessionId: Id<"sessions">) {
  return await ctx.db
    .query("boardVersions")
    .withIndex("by_sessionId_and_state_and_takenAt", (q) =>
      q.eq("sessionId", sessionId).eq("state", "whole"),
    )
    .order("desc")
    .first();
}

function cleanCause(cause: VersionCause): VersionCause {
  return cause.kind === "named" ? { ...cause, label: cleanLabel(cause.label) } : cause;
}
