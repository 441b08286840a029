/** How each agent is set, and what each run of one took. */
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vErrorCode } from "../contract/errors.ts";

export const vAgentName = v.union(
  v.literal("tutor"),
  v.literal("documentAnalyser"),
  v.literal("planner"),
  v.literal("quizMaker"),
  v.literal("sessionAnalyser"),
);
export type AgentName = Infer<typeof vAgentName>;

export const vAgentSettings = v.object({
  agent: vAgentName,
  model: v.union(v.string(), v.null()), // null = MODEL_NAME
  temperature: v.number(), // 0..2
  maxOutputTokens: v.number(),
  promptVersion: v.number(), // which of the agent's instructions is used, from 1
  isEnabled: v.boolean(), // false: the extractive agent works even where a model is configured
});
export type AgentSettings = Infer<typeof vAgentSettings>;

export const vRunOutcome = v.union(v.literal("ok"), vErrorCode);

export const agentTables = {
  // A row only for what an operator changed; the defaults are in agents/registry. Written by agents/settings.
  agentSettings: defineTable(vAgentSettings.fields).index("by_agent", ["agent"]),
  // One a run, never changed. Written by agents/runLog; read by operators; deleted by jobs/removeSession.
  agentRuns: defineTable({
    agent: vAgentName,
    jobId: v.optional(v.id("jobs")),
    sessionId: v.id("sessions"),
    madeBy: v.string(), // "extractive" or the model's name
    inputTokens: v.number(), // 0 for the extractive agents
    outputTokens: v.number(),
    durationMs: v.number(),
    outcome: vRunOutcome,
  })
    .index("by_sessionId", ["sessionId"])
    .index("by_agent", ["agent"]),
};
