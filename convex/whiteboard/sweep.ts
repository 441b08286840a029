/** Deletes what a snapshot has replaced: older updates and the chunks of every other generation. */
import { v } from "convex/values";
import { internal } from "../_generated/api.js";
import { internalMutation } from "../_generated/server.js";

const BATCH_BYTES = 4 * 1024 * 1024; // one function may read 16 MiB
const BATCH_ROWS = 200;

/** One batch; goes on by itself until nothing is left. Safe to repeat. */
export const run = internalMutation({
  args: { sessionId: v.id("sessions") },
  returns: v.null(),
  handler: async (ctx, { sessionId }) => {
    const board = await ctx.db
      .query("boards")
      .withIndex("by_sessionId", (q) => q.eq("sessionId", sessionId))
      .unique();
    if (board === null) return null;
    const updates = ctx.db
      .query("boardUpdates")
      .withIndex("by_sessionId_and_seq", (q) =>
        q.eq("sessionId", sessionId).lte("seq", board.snapshotSeq),
      );
    // Older generations only: the chunks of the next one may be arriving.
    const chunks = ctx.db
      .query("boardSnapshotChunks")
      .withIndex("by_sessionId_and_generation_and_index", (q) =>
        q.eq("sessionId", sessionId).lt("generation", board.snapshotGeneration),
      );
    let bytes = 0;
    let rows = 0;
    const isFull = () => bytes >= BATCH_BYTES || rows >= BATCH_ROWS;
    for await (const { _id, bytes: held } of updates) {
      await ctx.db.delete("boardUpdates", _id);
      bytes += held.byteLength;
      rows += 1;
      if (isFull()) break;
    }
    for await (const { _id, bytes: held } of chunks) {
      if (isFull()) break;
      await ctx.db.delete("boardSnapshotChunks", _id);
      bytes += held.byteLength;
      rows += 1;
    }
    if (isFull()) await ctx.scheduler.runAfter(0, internal.whiteboard.sweep.run, { sessionId });
    return null;
  },
});
