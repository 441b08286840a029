/** Makes the report of a session. */
import { internal } from "../_generated/api.js";
import { findReport } from "../reports/model.ts";
import type { ReportState } from "../reports/tables.ts";
import type { MutationCtx } from "../_generated/server.js";
import { findSession } from "../sessions/model.ts";
import type { JobDefinition } from "./definition.ts";
import type { JobInput } from "./tables.ts";

export const analyseSession: JobDefinition = {
  action: internal.agents.sessionAnalyserAgent.run,
  maxAttempts: 4,
  firstBackoffMs: 5_000,
  label: "writing the report",
  idempotencyKey: ({ sessionId }) => sessionId,
  isWanted: async (ctx, { sessionId }) => (await findSession(ctx, sessionId)) !== null,
  onSucceeded: () => Promise.resolve(), // reports/drafting:save made it ready with its content
  onDead: async (ctx, input, { code, message }) => {
    await setReportState(ctx, input, { kind: "failed", code, message });
  },
  onRevived: async (ctx, input) => {
    await setReportState(ctx, input, { kind: "making" });
  },
};

async function setReportState(ctx: MutationCtx, { sessionId }: JobInput, state: ReportState) {
  const report = await findReport(ctx, sessionId);
  if (report !== null) await ctx.db.patch("reports", report._id, { state });
}
