/** What remains to be said once a session is over. */
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vInsightDigest } from "../contract/board/insightDigest.ts";
import { vErrorCode } from "../contract/errors.ts";
import { vObjectiveState } from "../lessons/tables.ts";
import { vBoardPoint } from "../whiteboard/tables.ts";

export const vReportContent = v.object({
  summary: v.string(),
  objectives: v.array(v.object({ title: v.string(), state: vObjectiveState })),
  strengths: v.array(v.string()),
  gaps: v.array(v.string()),
  concepts: v.array(v.object({ name: v.string(), correct: v.number(), asked: v.number() })),
  turnCount: v.number(),
  quizScore: v.object({ correct: v.number(), total: v.number() }),
  recommendations: v.array(v.string()),
  board: v.optional(vInsightDigest), // as the board was then; absent in reports from before it was kept
});
export type ReportContent = Infer<typeof vReportContent>;

export const vReportState = v.union(
  v.object({ kind: v.literal("making") }),
  v.object({ kind: v.literal("ready"), madeAt: v.number() }),
  v.object({ kind: v.literal("failed"), code: vErrorCode, message: v.string() }),
);

export type ReportState = Infer<typeof vReportState>;

export const reportTables = {
  // At most one a session. Written by reports/report (asked for) and reports/drafting (the session analyser);
  // read by the page; deleted by jobs/removeSession.
  reports: defineTable({
    sessionId: v.id("sessions"),
    state: vReportState,
    content: v.optional(vReportContent), // of the newest success; stays while a new one is made
    madeBy: v.string(),
    boardPoint: v.optional(vBoardPoint), // how much of the board its insights have counted
  }).index("by_sessionId", ["sessionId"]),
};
