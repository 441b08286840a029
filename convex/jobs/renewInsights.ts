/** Counts the board of an ended session again, when something of it was stored after its report was made. */
import { internal } from "../_generated/api.js";
import { isBehindBoard } from "../reports/model.ts";
import type { JobDefinition } from "./definition.ts";

const nothing = () => Promise.resolve();

export const renewInsights: JobDefinition = {
  action: internal.agents.renewInsights.run,
  maxAttempts: 4,
  firstBackoffMs: 5_000,
  label: "counting the board",
  idempotencyKey: ({ sessionId }) => sessionId,
  isWanted: async (ctx, { sessionId }) => await isBehindBoard(ctx, sessionId),
  // Still wanted: more was stored while it ran, and asking for a second job then came to nothing.
  onSucceeded: async (ctx, input) => {
    await ctx.scheduler.runAfter(0, internal.jobs.enqueue.run, { name: "renewInsights", input });
  },
  onDead: nothing, // the report stands, without what came last
  onRevived: nothing,
};
