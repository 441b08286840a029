/**
 * A board's history for people: which versions there are and who drew what, what is in one, naming one and
 * deleting a named one. Making and restoring versions is the companion's, which has the live board. Rules BH4-BH6.
 */
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { internal } from "../_generated/api.js";
import type { Doc, Id } from "../_generated/dataModel.js";
import type { QueryCtx } from "../_generated/server.js";
import { firstChars } from "../contract/board/firstChars.ts";
import { appError } from "../contract/errors.ts";
import { MAX_VERSION_LABEL_CHARS } from "../contract/limits.ts";
import { studentMutation, studentQuery, type Caller } from "../functions.ts";
import { requireActiveMember, requireMember, TEACHERS, WRITERS } from "../sessions/model.ts";
import { shownName } from "../users/model.ts";
import { cleanLabel, findChunk, requireRoomForName } from "./model.ts";

const MAX_PAGE_VERSIONS = 50;
const TUTOR_NAME = "Tutor";

const vShownVersion = v.object({
  versionId: v.id("boardVersions"),
  takenAt: v.number(), // ms since epoch
  kind: v.union(
    v.literal("named"),
    v.literal("turn"),
    v.literal("interval"),
    v.literal("left"),
    v.literal("restore"),
  ),
  label: v.union(v.string(), v.null()), // its name; or the question that the tutor had answered
  namedBy: v.union(v.id("users"), v.null()),
  objectCount: v.number(),
  chunkCount: v.number(),
  sizeBytes: v.number(), // gzipped
  contributions: v.array(
    v.object({
      userId: v.union(v.string(), v.null()), // null = the tutor
      name: v.string(),
      objects: v.number(),
      changed: v.number(),
    }),
  ),
});

/** Newest first, at most MAX_PAGE_VERSIONS a page. Also of ended sessions. @throws NOT_FOUND */
export const list = studentQuery({
  args: { sessionId: v.id("sessions"), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vShownVersion),
  handler: async (ctx, { sessionId, paginationOpts }) => {
    await requireMember(ctx, sessionId, ctx.user.userId);
    const numItems = Math.min(paginationOpts.numItems, MAX_PAGE_VERSIONS);
    const result = await ctx.db
      .query("boardVersions")
      .withIndex("by_sessionId_and_state_and_takenAt", (q) =>
        q.eq("sessionId", sessionId).eq("state", "whole"),
      )
      .order("desc")
      .paginate({ ...paginationOpts, numItems });
    const nameOf = nameFinder(ctx);
    const page = await Promise.all(result.page.map((version) => shown(ctx, version, nameOf)));
    return { ...result, page };
  },
});

/**
 * One piece of a version: a Yjs document, gzipped, cut in `chunkCount` pieces. It never changes, so there is no
 * need to subscribe. @throws NOT_FOUND
 */
export const piece = studentQuery({
  args: { versionId: v.id("boardVersions"), index: v.number() },
  returns: v.bytes(),
  handler: async (ctx, { versionId, index }) => {
    const version = await requireVersion(ctx, versionId);
    await requireMember(ctx, version.sessionId, ctx.user.userId);
    return await findChunk(ctx, versionId, index);
  },
});

/**
 * Gives an automatic version a name, which keeps it for good, or a named one another.
 * @throws NOT_FOUND, FORBIDDEN for an observer and for another's named version, SESSION_ENDED, INVALID_INPUT,
 * LIMIT_EXCEEDED
 */
export const name = studentMutation({
  args: { versionId: v.id("boardVersions"), label: v.string() },
  returns: v.null(),
  handler: async (ctx, { versionId, label }) => {
    const version = await requireOwnVersion(ctx, versionId, ctx.user);
    const { userId } = version.cause.kind === "named" ? version.cause : ctx.user;
    if (version.cause.kind !== "named") await requireRoomForName(ctx, version.sessionId);
    const cause = { kind: "named" as const, label: cleanLabel(label), userId };
    await ctx.db.patch("boardVersions", versionId, { cause });
    return null;
  },
});

/**
 * Deletes a version that has a name; automatic ones go by themselves.
 * @throws NOT_FOUND, FORBIDDEN unless it is the caller's or the caller teaches, SESSION_ENDED, INVALID_INPUT
 */
export const remove = studentMutation({
  args: { versionId: v.id("boardVersions") },
  returns: v.null(),
  handler: async (ctx, { versionId }) => {
    const version = await requireOwnVersion(ctx, versionId, ctx.user);
    if (version.cause.kind !== "named") {
      throw appError("INVALID_INPUT", "Only a version with a name can be deleted.");
    }
    await ctx.db.patch("boardVersions", versionId, { state: "removing" });
    const { sessionId } = version;
    await ctx.scheduler.runAfter(0, internal.whiteboard.thinVersions.run, { sessionId });
    return null;
  },
});

async function requireVersion(ctx: QueryCtx, versionId: Id<"boardVersions">) {
  const version = await ctx.db.get("boardVersions", versionId);
  if (version?.state !== "whole") throw appError("NOT_FOUND", "There is no such version.");
  return version;
}

/** A version that the caller may change: one without a name, their own, or any for those who teach. */
async function requireOwnVersion(ctx: QueryCtx, versionId: Id<"boardVersions">, caller: Caller) {
  const version = await requireVersion(ctx, versionId);
  const { cause, sessionId } = version;
  const isOthers = cause.kind === "named" && cause.userId !== caller.userId;
  await requireActiveMember(ctx, sessionId, caller.userId, isOthers ? TEACHERS : WRITERS);
  return version;
}

type FindName = (userId: string | null) => Promise<string>;

/** Looks each person up once. An id is known only to who has met its person, so any that exists has a name here. */
function nameFinder(ctx: QueryCtx): FindName {
  const names = new Map<string, Promise<string>>();
  return async (userId) => {
    if (userId === null) return TUTOR_NAME;
    const found = names.get(userId) ?? nameOfText(ctx, userId);
    names.set(userId, found);
    return await found;
  };
}

async function nameOfText(ctx: QueryCtx, text: string): Promise<string> {
  const userId = ctx.db.normalizeId("users", text);
  return userId === null ? "Unknown" : await shownName(ctx, userId);
}

async function shown(ctx: QueryCtx, version: Doc<"boardVersions">, nameOf: FindName) {
  const { cause, takenAt, objectCount, chunkCount, sizeBytes } = version;
  return {
    versionId: version._id,
    takenAt,
    kind: cause.kind,
    label: await labelOf(ctx, version),
    namedBy: cause.kind === "named" ? cause.userId : null,
    objectCount,
    chunkCount,
    sizeBytes,
    contributions: await Promise.all(
      version.contributions.map(async (one) => ({ ...one, name: await nameOf(one.userId) })),
    ),
  };
}

async function labelOf(ctx: QueryCtx, { cause, sessionId }: Doc<"boardVersions">) {
  if (cause.kind === "named") return cause.label;
  if (cause.kind !== "turn") return null;
  const turn = await ctx.db.get("turns", cause.turnId);
  return turn?.sessionId === sessionId ? firstChars(turn.question, MAX_VERSION_LABEL_CHARS) : null;
}
