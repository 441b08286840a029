/** How the agents are set; can change at run time, and the next run obeys. For operators and the companion. */
import { v } from "convex/values";
import type { QueryCtx } from "../_generated/server.js";
import { internalQuery } from "../_generated/server.js";
import { appError } from "../contract/errors.ts";
import { serviceMutation, serviceQuery } from "../functions.ts";
import { AGENTS } from "./registry.ts";
import { vAgentName, vAgentSettings, type AgentName, type AgentSettings } from "./tables.ts";

const MAX_TEMPERATURE = 2;
const MAX_OUTPUT_TOKENS = 100_000;

/** Every agent's settings as they are now, by name. */
export const list = serviceQuery({
  args: {},
  returns: v.array(vAgentSettings),
  handler: async (ctx) =>
    await Promise.all(Object.values(AGENTS).map(({ agent }) => readSettings(ctx, agent))),
});

/** @throws INVALID_INPUT */
export const update = serviceMutation({
  args: { settings: vAgentSettings },
  returns: v.null(),
  handler: async (ctx, { settings }) => {
    const { temperature, maxOutputTokens } = settings;
    if (!(temperature >= 0 && temperature <= MAX_TEMPERATURE)) {
      throw appError("INVALID_INPUT", `temperature must lie between 0 and ${MAX_TEMPERATURE}.`);
    }
    if (!(maxOutputTokens >= 1 && maxOutputTokens <= MAX_OUTPUT_TOKENS)) {
      const message = `maxOutputTokens must lie between 1 and ${MAX_OUTPUT_TOKENS}.`;
      throw appError("INVALID_INPUT", message);
    }
    const row = await findRow(ctx, settings.agent);
    if (row === null) await ctx.db.insert("agentSettings", settings);
    else await ctx.db.replace("agentSettings", row._id, settings);
    return null;
  },
});

/** The tutor's settings; the companion subscribes. */
export const forTutor = serviceQuery({
  args: {},
  returns: vAgentSettings,
  handler: async (ctx) => await readSettings(ctx, "tutor"),
});

export const forAgent = internalQuery({
  args: { agent: vAgentName },
  returns: vAgentSettings,
  handler: async (ctx, { agent }) => await readSettings(ctx, agent),
});

async function findRow(ctx: QueryCtx, agent: AgentName) {
  return await ctx.db
    .query("agentSettings")
    .withIndex("by_agent", (q) => q.eq("agent", agent))
    .unique();
}

async function readSettings(ctx: QueryCtx, agent: AgentName): Promise<AgentSettings> {
  const row = await findRow(ctx, agent);
  if (row === null) return AGENTS[agent];
  const { agent: name, model, temperature, maxOutputTokens, promptVersion, isEnabled } = row;
  return { agent: name, model, temperature, maxOutputTokens, promptVersion, isEnabled };
}
