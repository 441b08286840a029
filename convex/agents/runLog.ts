/** What every run of an agent took, for operators. Rows are never changed. */
import { v } from "convex/values";
import { internalMutation } from "../_generated/server.js";
import { findSession } from "../sessions/model.ts";
import { agentTables } from "./tables.ts";

/** A run whose session is gone leaves no trace. */
export const record = internalMutation({
  args: agentTables.agentRuns.validator.fields,
  returns: v.null(),
  handler: async (ctx, run) => {
    if ((await findSession(ctx, run.sessionId)) !== null) await ctx.db.insert("agentRuns", run);
    return null;
  },
});
