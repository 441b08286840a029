/** Ends turns whose companion went silent, and forgets the stream of turns long ended. Scheduled by turns/run. */
import { v } from "convex/values";
import { internal } from "../_generated/api.js";
import { internalMutation } from "../_generated/server.js";
import { findLease, interruptTurn } from "./model.ts";

const CHUNKS_PER_BATCH = 200;

/** Runs when a lease may have run out; waits on when it was renewed. */
export const run = internalMutation({
  args: { turnId: v.id("turns") },
  returns: v.null(),
  handler: async (ctx, { turnId }) => {
    const lease = await findLease(ctx, turnId);
    const turn = await ctx.db.get("turns", turnId);
    if (lease === null || turn === null) return null;
    const now = Date.now();
    if (lease.expiresAt > now) {
      await ctx.scheduler.runAt(lease.expiresAt, internal.turns.expire.run, { turnId });
    } else {
      await interruptTurn(ctx, turn, now);
    }
    return null;
  },
});

export const dropChunks = internalMutation({
  args: { turnId: v.id("turns") },
  returns: v.null(),
  handler: async (ctx, { turnId }) => {
    const chunks = await ctx.db
      .query("turnChunks")
      .withIndex("by_turnId_and_startSeq", (q) => q.eq("turnId", turnId))
      .take(CHUNKS_PER_BATCH);
    for (const chunk of chunks) await ctx.db.delete("turnChunks", chunk._id);
    if (chunks.length === CHUNKS_PER_BATCH) {
      await ctx.scheduler.runAfter(0, internal.turns.expire.dropChunks, { turnId });
    }
    return null;
  },
});
