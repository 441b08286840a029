/**
 * Deletes pictures that neither a board nor any version of it has shown for a day, so that they do not count
 * towards what a board may keep for ever. Convex cannot look into a board: what it shows is known when it is at
 * rest, that is when its newest version has all that was stored; others are looked at another time. Rule BS6.
 */
import { v } from "convex/values";
import { internal } from "../_generated/api.js";
import type { Doc, Id } from "../_generated/dataModel.js";
import { internalMutation, type MutationCtx, type QueryCtx } from "../_generated/server.js";
import { MAX_IMAGES_PER_BOARD, MAX_NAMED_VERSIONS } from "../contract/limits.ts";
import { MAX_AUTOMATIC_VERSIONS } from "./superfluousVersions.ts";

/** So long a deletion can be undone. */
const GRACE_MS = 24 * 60 * 60_000;
/** More than a board ever has: what is beyond would be taken for a version that shows nothing. */
const MAX_VERSIONS = 2 * (MAX_AUTOMATIC_VERSIONS + MAX_NAMED_VERSIONS);

/** The pictures of one session, the first after `after`; goes on by itself. By cron, from null. Safe to repeat. */
export const run = internalMutation({
  args: { after: v.union(v.id("sessions"), v.null()) },
  returns: v.null(),
  handler: async (ctx, { after }) => {
    const next = await ctx.db
      .query("boardImages")
      .withIndex("by_sessionId_and_sha256", (q) => (after === null ? q : q.gt("sessionId", after)))
      .first();
    if (next === null) return null;
    await collect(ctx, next.sessionId, Date.now());
    const rest = { after: next.sessionId };
    await ctx.scheduler.runAfter(0, internal.whiteboard.collectImages.run, rest);
    return null;
  },
});

async function collect(ctx: MutationCtx, sessionId: Id<"sessions">, now: number): Promise<void> {
  const isShown = await finderOfShown(ctx, sessionId);
  if (isShown === undefined) return;
  const images = await ctx.db
    .query("boardImages")
    .withIndex("by_sessionId_and_sha256", (q) => q.eq("sessionId", sessionId))
    .take(MAX_IMAGES_PER_BOARD);
  for (const image of images) {
    const { _id, storageId, unusedSince } = image;
    if (isShown(image)) {
      if (unusedSince !== undefined)
        await ctx.db.patch("boardImages", _id, { unusedSince: undefined });
    } else if (unusedSince === undefined) {
      await ctx.db.patch("boardImages", _id, { unusedSince: now });
    } else if (now - unusedSince > GRACE_MS) {
      await ctx.storage.delete(storageId);
      await ctx.db.delete("boardImages", _id);
    }
  }
}

/** Tells of a picture whether the board or a version shows it; undefined when that cannot be known now. */
async function finderOfShown(ctx: QueryCtx, sessionId: Id<"sessions">) {
  const board = await ctx.db
    .query("boards")
    .withIndex("by_sessionId", (q) => q.eq("sessionId", sessionId))
    .unique();
  const versions = await ctx.db
    .query("boardVersions")
    .withIndex("by_sessionId_and_versionKey", (q) => q.eq("sessionId", sessionId))
    .take(MAX_VERSIONS);
  const isAtRest = versions.some(
    ({ state, boardSeq }) => state === "whole" && boardSeq >= (board?.lastSeq ?? 0),
  );
  if (!isAtRest || versions.length === MAX_VERSIONS) return undefined;
  const kept = versions.filter(({ state }) => state !== "removing");
  const named = new Set(kept.flatMap(({ imageIds }) => imageIds ?? []));
  // What is not known to show only some may show all that there was.
  const unknown = kept.filter(({ imageIds }) => imageIds === undefined);
  const until = Math.max(0, ...unknown.map(({ takenAt }) => takenAt));
  return ({ _id, _creationTime }: Doc<"boardImages">) => named.has(_id) || _creationTime <= until;
}
