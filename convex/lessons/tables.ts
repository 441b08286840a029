/** The lesson plan: ordered objectives and where the lesson stands. */
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";

export const vObjectiveState = v.union(
  v.literal("pending"),
  v.literal("active"),
  v.literal("done"),
);

export const vObjective = v.object({
  objectiveId: v.string(), // unique within the plan, kept when the plan is made anew
  title: v.string(),
  why: v.string(),
  documentId: v.optional(v.id("documents")),
  pages: v.array(v.number()),
  state: vObjectiveState,
});
export type Objective = Infer<typeof vObjective>;

export const lessonTables = {
  // At most one a session. Written by lessons/plan (people) and lessons/drafting (the planner); read by the
  // page, the tutor and the session analyser; deleted by jobs/removeSession.
  plans: defineTable({
    sessionId: v.id("sessions"),
    objectives: v.array(vObjective), // in teaching order, at most MAX_OBJECTIVES; at most one is active
    focusObjectiveId: v.optional(v.string()), // the active one
    revision: v.number(), // from 1, raised by every change
    madeBy: v.string(),
  }).index("by_sessionId", ["sessionId"]),
};
