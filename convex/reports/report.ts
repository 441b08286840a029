/** Public door to the session's report: made when the session ends, or when someone asks. Rules RE1-RE2. */
import { v } from "convex/values";
import { studentMutation, studentQuery } from "../functions.ts";
import { requireMember, WRITERS } from "../sessions/model.ts";
import { beginReport, findReport } from "./model.ts";
import { vReportContent, vReportState } from "./tables.ts";

/** Null before the first was asked for. `content` is the newest that was made, null before. @throws NOT_FOUND */
export const get = studentQuery({
  args: { sessionId: v.id("sessions") },
  returns: v.union(
    v.object({
      state: vReportState,
      content: v.union(vReportContent, v.null()),
      madeBy: v.string(),
    }),
    v.null(),
  ),
  handler: async (ctx, { sessionId }) => {
    await requireMember(ctx, sessionId, ctx.user.userId);
    const report = await findReport(ctx, sessionId);
    if (report === null) return null;
    return { state: report.state, content: report.content ?? null, madeBy: report.madeBy };
  },
});

/** Makes the report (again), also of a session that has ended. @throws NOT_FOUND, FORBIDDEN (observers) */
export const make = studentMutation({
  args: { sessionId: v.id("sessions") },
  returns: v.null(),
  handler: async (ctx, { sessionId }) => {
    await requireMember(ctx, sessionId, ctx.user.userId, WRITERS);
    await beginReport(ctx, sessionId);
    return null;
  },
});
