/** Asks for a report where a session's end calls for it, and keeps what the session analyser wrote. */
import { v } from "convex/values";
import { internalMutation } from "../_generated/server.js";
import { vInsightDigest } from "../contract/board/insightDigest.ts";
import { appError } from "../contract/errors.ts";
import { findSession } from "../sessions/model.ts";
import { tellReport } from "../whiteboard/model.ts";
import { vBoardPoint } from "../whiteboard/tables.ts";
import { beginReport, findReport, isBefore } from "./model.ts";
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

/** `boardPoint`: what of the board `content.board` has counted. @throws NOT_FOUND when the session is gone */
export const save = internalMutation({
  args: {
    sessionId: v.id("sessions"),
    content: vReportContent,
    madeBy: v.string(),
    boardPoint: vBoardPoint,
  },
  returns: v.null(),
  handler: async (ctx, { sessionId, ...made }) => {
    const report = await findReport(ctx, sessionId);
    const session = await findSession(ctx, sessionId);
    if (report === null || session === null) throw appError("NOT_FOUND");
    const state = { kind: "ready" as const, madeAt: Date.now() };
    await ctx.db.patch("reports", report._id, { state, ...made });
    await tellReport(ctx, session); // of what was stored while it was being made
    return null;
  },
});

/** Puts insights that have counted more of the board in the place of older ones; else changes nothing. */
export const saveInsights = internalMutation({
  args: { sessionId: v.id("sessions"), board: vInsightDigest, boardPoint: vBoardPoint },
  returns: v.null(),
  handler: async (ctx, { sessionId, board, boardPoint }) => {
    const report = await findReport(ctx, sessionId);
    if (report?.content === undefined || !isBefore(report.boardPoint, boardPoint)) return null;
    const content = { ...report.content, board };
    await ctx.db.patch("reports", report._id, { content, boardPoint });
    return null;
  },
});
