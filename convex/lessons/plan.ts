/** Public door to the lesson plan: see it, move the focus, tick objectives off. Rules LE1-LE3; logic in ./model. */
import { v } from "convex/values";
import type { Doc } from "../_generated/dataModel.js";
import type { MutationCtx } from "../_generated/server.js";
import { appError } from "../contract/errors.ts";
import { studentMutation, studentQuery } from "../functions.ts";
import { requireActiveMember, requireMember, touchSession, WRITERS } from "../sessions/model.ts";
import { findPlan, withFocus, withSomeFocus } from "./model.ts";
import { vObjective, vObjectiveState, type Objective } from "./tables.ts";

/** Null while there is none yet. @throws NOT_FOUND */
export const get = studentQuery({
  args: { sessionId: v.id("sessions") },
  returns: v.union(
    v.object({
      objectives: v.array(vObjective),
      focusObjectiveId: v.union(v.string(), v.null()),
      revision: v.number(),
      madeBy: v.string(),
    }),
    v.null(),
  ),
  handler: async (ctx, { sessionId }) => {
    await requireMember(ctx, sessionId, ctx.user.userId);
    const plan = await findPlan(ctx, sessionId);
    if (plan === null) return null;
    const { objectives, focusObjectiveId, revision, madeBy } = plan;
    return { objectives, focusObjectiveId: focusObjectiveId ?? null, revision, madeBy };
  },
});

/** Makes an objective the one the lesson is at. @throws NOT_FOUND, FORBIDDEN (observers), SESSION_ENDED */
export const setFocus = studentMutation({
  args: { sessionId: v.id("sessions"), objectiveId: v.string() },
  returns: v.null(),
  handler: async (ctx, { sessionId, objectiveId }) => {
    await requireActiveMember(ctx, sessionId, ctx.user.userId, WRITERS);
    const plan = requireObjective(await findPlan(ctx, sessionId), objectiveId);
    await savePlan(ctx, plan, withFocus(plan.objectives, objectiveId));
    return null;
  },
});

/** Sets one objective's state; when the active one is done, the next pending one becomes active. @throws as setFocus */
export const setObjectiveState = studentMutation({
  args: { sessionId: v.id("sessions"), objectiveId: v.string(), state: vObjectiveState },
  returns: v.null(),
  handler: async (ctx, { sessionId, objectiveId, state }) => {
    await requireActiveMember(ctx, sessionId, ctx.user.userId, WRITERS);
    const plan = requireObjective(await findPlan(ctx, sessionId), objectiveId);
    const objectives =
      state === "active"
        ? withFocus(plan.objectives, objectiveId)
        : plan.objectives.map((o) => (o.objectiveId === objectiveId ? { ...o, state } : o));
    // Back to pending means "not now": the focus must not spring back to the same objective.
    await savePlan(ctx, plan, objectives, state !== "pending");
    return null;
  },
});

function requireObjective(plan: Doc<"plans"> | null, objectiveId: string): Doc<"plans"> {
  if (plan?.objectives.some((objective) => objective.objectiveId === objectiveId) !== true) {
    throw appError("NOT_FOUND", "There is no such objective.");
  }
  return plan;
}

async function savePlan(
  ctx: MutationCtx,
  plan: Doc<"plans">,
  objectives: Objective[],
  movesOn = true,
): Promise<void> {
  const active = objectives.find(({ state }) => state === "active")?.objectiveId;
  const next = movesOn ? withSomeFocus(objectives) : { objectives, focusObjectiveId: active };
  await ctx.db.replace("plans", plan._id, {
    sessionId: plan.sessionId,
    objectives: next.objectives,
    ...(next.focusObjectiveId === undefined ? {} : { focusObjectiveId: next.focusObjectiveId }),
    revision: plan.revision + 1,
    madeBy: plan.madeBy,
  });
  await touchSession(ctx, plan.sessionId, Date.now());
}
