/**
 * Takes automatic versions away as they age, what a dead companion left half-written, and what people deleted:
 * first out of sight, then chunk by chunk. Rule BH3.
 */
import { v } from "convex/values";
import { internal } from "../_generated/api.js";
import type { Doc, Id } from "../_generated/dataModel.js";
import { internalMutation, type MutationCtx } from "../_generated/server.js";
import { MAX_NAMED_VERSIONS } from "../contract/limits.ts";
import { MAX_AUTOMATIC_VERSIONS, superfluousVersions } from "./superfluousVersions.ts";

/** A version is written in seconds; one that takes so long has lost its companion. */
const GIVEN_UP_MS = 3_600_000;
const BATCH_BYTES = 4 * 1024 * 1024; // one function may read 16 MiB
/** Each new version asks for this, so there is never much more than what is kept. */
const MAX_LOOKED_AT = MAX_AUTOMATIC_VERSIONS + MAX_NAMED_VERSIONS + 50;

/** One batch; goes on by itself until nothing is left. Safe to repeat. */
export const run = internalMutation({
  args: { sessionId: v.id("sessions") },
  returns: v.null(),
  handler: async (ctx, { sessionId }) => {
    const now = Date.now();
    const whole = await inState(ctx, sessionId, "whole");
    const automatic = whole.filter(({ cause }) => cause.kind !== "named");
    const writing = await inState(ctx, sessionId, "writing");
    const givenUp = writing.filter(({ takenAt }) => now - takenAt > GIVEN_UP_MS);
    for (const { _id } of [...superfluousVersions(automatic, now), ...givenUp]) {
      await ctx.db.patch("boardVersions", _id, { state: "removing" });
    }
    if (!(await deleteRemoved(ctx, sessionId))) {
      await ctx.scheduler.runAfter(0, internal.whiteboard.thinVersions.run, { sessionId });
    }
    return null;
  },
});

/** Oldest first. */
async function inState(
  ctx: MutationCtx,
  sessionId: Id<"sessions">,
  state: Doc<"boardVersions">["state"],
) {
  return await ctx.db
    .query("boardVersions")
    .withIndex("by_sessionId_and_state_and_takenAt", (q) =>
      q.eq("sessionId", sessionId).eq("state", state),
    )
    .take(MAX_LOOKED_AT);
}

/** False when the batch was full before all was gone. */
async function deleteRemoved(ctx: MutationCtx, sessionId: Id<"sessions">): Promise<boolean> {
  let bytes = 0;
  for (const { _id: versionId } of await inState(ctx, sessionId, "removing")) {
    const chunks = ctx.db
      .query("boardVersionChunks")
      .withIndex("by_versionId_and_index", (q) => q.eq("versionId", versionId));
    for await (const chunk of chunks) {
      if (bytes >= BATCH_BYTES) return false;
      await ctx.db.delete("boardVersionChunks", chunk._id);
      bytes += chunk.bytes.byteLength;
    }
    await ctx.db.delete("boardVersions", versionId);
  }
  return true;
}
