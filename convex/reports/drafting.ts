/** Asks for a report where a session's end calls for it, and keeps what the session analyser wrote. */
import { v } from "convex/values";
import { internalMutation } from "../_generated/server.js";
import { appError } from "../contract/errors.ts";
import { findSession } from "../sessions/model.ts";
import { beginReport, findReport } from "./model.ts";
import { vReportContent } from "./tables.ts";

/** Scheduled by the end of a session. */
export const begin = internalMutation({
  args: { sessionId: v.id("sessions") },
  returns: v.null(),
  handler: async (ctx, { sessionId }) => {
    if ((await findSession(ctx, sessionId)) !== null) await beginReport(ctx, sessionId);
    return null;
  },
});

/** @throws NOT_FOUND when the session is gone */
export const save = internalMutation({
  args: { sessionId: v.id("sessions"), content: vReportContent, madeBy: v.string() },
  returns: v.null(),
  handler: async (ctx, { sessionId, content, madeBy }) => {
    const report = await findReport(ctx, sessionId);
    if (report === null || (await findSession(ctx, sessionId)) === null)
      throw appError("NOT_FOUND");
    const state = { kind: "ready" as const, madeAt: Date.now() };
    await ctx.db.patch("reports", report._id, { state, content, madeBy });
    return null;
  },
});
