/** Puts the objectives of a document into the session's plan. Rule LE3. */
import { v } from "convex/values";
import { internalMutation } from "../_generated/server.js";
import { appError } from "../contract/errors.ts";
import { MAX_OBJECTIVES } from "../contract/limits.ts";
import { findDocument } from "../documents/model.ts";
import { findPlan, withSomeFocus } from "./model.ts";
import type { Objective } from "./tables.ts";

/**
 * Adds the objectives after those of other documents, or in the place of the same document's older ones; an
 * objective of the same title keeps its id and state. @throws NOT_FOUND when the document is gone
 */
export const save = internalMutation({
  args: {
    sessionId: v.id("sessions"),
    documentId: v.id("documents"),
    objectives: v.array(
      v.object({ title: v.string(), why: v.string(), pages: v.array(v.number()) }),
    ),
    madeBy: v.string(),
  },
  returns: v.null(),
  handler: async (ctx, { sessionId, documentId, madeBy, ...draft }) => {
    if ((await findDocument(ctx, documentId)) === null) throw appError("NOT_FOUND");
    const plan = await findPlan(ctx, sessionId);
    const present = plan?.objectives ?? [];
    const own = present.filter((objective) => objective.documentId === documentId);
    const others = present.filter((objective) => objective.documentId !== documentId);
    const added = draft.objectives.map((objective, index): Objective => {
      const known = own.find(({ title }) => title === objective.title);
      const objectiveId = known?.objectiveId ?? `${documentId}-${plan?.revision ?? 0}-${index}`;
      return { ...objective, documentId, objectiveId, state: known?.state ?? "pending" };
    });
    const { objectives, focusObjectiveId } = withSomeFocus(fit([...others, ...added]));
    const row = {
      sessionId,
      objectives,
      ...(focusObjectiveId === undefined ? {} : { focusObjectiveId }),
      revision: (plan?.revision ?? 0) + 1,
      madeBy,
    };
    if (plan === null) await ctx.db.insert("plans", row);
    else await ctx.db.replace("plans", plan._id, row);
    return null;
  },
});

/** Down to MAX_OBJECTIVES: the document with most to come gives way with its last, until all have room. */
function fit(objectives: readonly Objective[]): Objective[] {
  const kept = [...objectives];
  while (kept.length > MAX_OBJECTIVES) {
    const pending = Map.groupBy(
      kept.filter(({ state }) => state === "pending"),
      ({ documentId }) => documentId,
    );
    const [most] = [...pending.values()].sort((a, b) => b.length - a.length);
    const last = most?.at(-1);
    if (last === undefined) break; // everything is under way or done
    kept.splice(kept.indexOf(last), 1);
  }
  return kept;
}
