/** What every room may ask about a session's plan. Rules LE in SPEC.md. */
import type { Id } from "../_generated/dataModel.js";
import type { QueryCtx } from "../_generated/server.js";
import type { Objective } from "./tables.ts";

export async function findPlan(ctx: QueryCtx, sessionId: Id<"sessions">) {
  return await ctx.db
    .query("plans")
    .withIndex("by_sessionId", (q) => q.eq("sessionId", sessionId))
    .unique();
}

/** The objectives with `focusId` active and no other (rule LE1); what was active goes back to pending. */
export function withFocus(objectives: readonly Objective[], focusId: string): Objective[] {
  return objectives.map((objective) => {
    if (objective.objectiveId === focusId) return { ...objective, state: "active" as const };
    return objective.state === "active" ? { ...objective, state: "pending" as const } : objective;
  });
}

/** The objectives with the first pending one active, when none is; and which one is active. */
export function withSomeFocus(objectives: readonly Objective[]): {
  objectives: Objective[];
  focusObjectiveId: string | undefined;
} {
  const active = objectives.find(({ state }) => state === "active");
  const next = active ?? objectives.find(({ state }) => state === "pending");
  return {
    objectives: next === undefined ? [...objectives] : withFocus(objectives, next.objectiveId),
    focusObjectiveId: next?.objectiveId,
  };
}
