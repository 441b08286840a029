/**
 * Deletes files that were stored and never registered: an upload of several files that failed at one of them, a
 * companion that ended in between. Only documents and pictures of boards refer to files. Rule DO9.
 */
import { v } from "convex/values";
import { internal } from "../_generated/api.js";
import type { Id } from "../_generated/dataModel.js";
import { internalMutation, type QueryCtx } from "../_generated/server.js";

const GRACE_MS = 24 * 60 * 60_000; // far longer than an upload takes to be registered
const BATCH_FILES = 100;

/**
 * One batch, the oldest files from the creation time `from` on (ms since epoch); goes on by itself to those of a day
 * ago. By cron, from 0. Safe to repeat.
 */
export const run = internalMutation({
  args: { from: v.number() },
  returns: v.null(),
  handler: async (ctx, { from }) => {
    const files = await ctx.db.system
      .query("_storage")
      .withIndex("by_creation_time", (q) =>
        q.gte("_creationTime", from).lt("_creationTime", Date.now() - GRACE_MS),
      )
      .take(BATCH_FILES);
    for (const { _id: storageId } of files) {
      if (!(await isReferredTo(ctx, storageId))) await ctx.storage.delete(storageId);
    }
    // The next batch looks at the last file again, since another may be as old.
    const last = files.at(-1)?._creationTime ?? from;
    if (files.length === BATCH_FILES && last > from) {
      await ctx.scheduler.runAfter(0, internal.jobs.sweepFiles.run, { from: last });
    }
    return null;
  },
});

async function isReferredTo(ctx: QueryCtx, storageId: Id<"_storage">): Promise<boolean> {
  const document = ctx.db
    .query("documents")
    .withIndex("by_storageId", (q) => q.eq("storageId", storageId));
  const image = ctx.db
    .query("boardImages")
    .withIndex("by_storageId", (q) => q.eq("storageId", storageId));
  return (await document.first()) !== null || (await image.first()) !== null;
}
