/** Changes of the plan that show at once, the way the server will decide them. */
import { useMutation } from "convex/react";
import { api } from "../../../convex/_generated/api.js";

export function useMoveLesson() {
  const setFocus = useMutation(api.lessons.plan.setFocus).withOptimisticUpdate(
    (store, { sessionId, objectiveId }) => {
      const plan = store.getQuery(api.lessons.plan.get, { sessionId });
      if (!plan) return;
      const objectives = plan.objectives.map((objective) => {
        if (objective.objectiveId === objectiveId)
          return { ...objective, state: "active" as const };
        return objective.state === "active"
          ? { ...objective, state: "pending" as const }
          : objective;
      });
      const next = { ...plan, objectives, focusObjectiveId: objectiveId };
      store.setQuery(api.lessons.plan.get, { sessionId }, next);
    },
  );
  const setState = useMutation(api.lessons.plan.setObjectiveState).withOptimisticUpdate(
    (store, { sessionId, objectiveId, state }) => {
      const plan = store.getQuery(api.lessons.plan.get, { sessionId });
      if (!plan) return;
      // which objective comes next is for the server to say; here only this one changes
      const objectives = plan.objectives.map((objective) =>
        objective.objectiveId === objectiveId ? { ...objective, state } : objective,
      );
      store.setQuery(api.lessons.plan.get, { sessionId }, { ...plan, objectives });
    },
  );
  return { setFocus, setState };
}
