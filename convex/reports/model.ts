/** The one report of a session, how it is asked for, and whether it has counted all of the board. */
import { internal } from "../_generated/api.js";
import type { Id } from "../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../_generated/server.js";
import { storedPoint } from "../whiteboard/model.ts";
import type { BoardPoint } from "../whiteboard/tables.ts";

export async function findReport(ctx: QueryCtx, sessionId: Id<"sessions">) {
  return await ctx.db
    .query("reports")
    .withIndex("by_sessionId", (q) => q.eq("sessionId", sessionId))
    .unique();
}

/** Asks for a report, or for a new one; the old content stays until then. Safe to repeat. */
export async function beginReport(ctx: MutationCtx, sessionId: Id<"sessions">): Promise<void> {
  const report = await findReport(ctx, sessionId);
  const state = { kind: "making" as const };
  if (report === null) await ctx.db.insert("reports", { sessionId, state, madeBy: "" });
  else await ctx.db.patch("reports", report._id, { state });
  const input = { sessionId };
  await ctx.scheduler.runAfter(0, internal.jobs.enqueue.run, { name: "analyseSession", input });
}

/** Whether a report that is made lacks something that was stored of the board since (rule RE4). */
export async function isBehindBoard(ctx: QueryCtx, sessionId: Id<"sessions">): Promise<boolean> {
  const report = await findReport(ctx, sessionId);
  if (report?.state.kind !== "ready") return false; // the one that is being made reads it all
  return isBefore(report.boardPoint, await storedPoint(ctx, sessionId));
}

/** Undefined is before everything: the report is from before it was kept. */
export function isBefore(point: BoardPoint | undefined, other: BoardPoint): boolean {
  if (point === undefined) return true;
  return point.generation < other.generation || point.lastSeq < other.lastSeq;
}
