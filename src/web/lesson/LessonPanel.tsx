/** The lesson plan: objectives in order, where the lesson stands, and the means to move it. */
import { useQuery } from "convex/react";
import { api } from "../../../convex/_generated/api.js";
import { useClassroom } from "../classroom/classroomContext.ts";
import { Icon } from "../shell/Icon.tsx";
import { Loading } from "../shell/Loading.tsx";
import { ObjectiveItem } from "./ObjectiveItem.tsx";
import "./lesson.css";

export function LessonPanel({ onShowDocuments }: { onShowDocuments: () => void }) {
  const { sessionId, canWrite } = useClassroom();
  const plan = useQuery(api.lessons.plan.get, { sessionId });
  const jobs = useQuery(api.jobs.list.forSession, { sessionId });
  if (plan === undefined) return <Loading what="the lesson" />;

  if (plan === null || plan.objectives.length === 0) {
    const isPlanning = jobs?.some(
      ({ name, state }) =>
        name === "planLesson" && (state.kind === "pending" || state.kind === "running"),
    );
    if (isPlanning) {
      return (
        <div className="empty" role="status">
          <span className="spinner" /> The lesson plan is being made…
        </div>
      );
    }
    return (
      <div className="empty">
        <Icon name="lesson" size={28} />
        <h2>No lesson plan yet</h2>
        <p>The plan is made from your documents as soon as one has been read.</p>
        {canWrite && (
          <button type="button" className="button" onClick={onShowDocuments}>
            <Icon name="upload" size={16} /> Upload a document
          </button>
        )}
      </div>
    );
  }

  const { objectives, focusObjectiveId } = plan;
  const done = objectives.filter(({ state }) => state === "done").length;
  return (
    <div className="panel-pad">
      <header className="stack">
        <div className="row spread">
          <h2>Lesson plan</h2>
          <span className="faint small">
            {done} of {objectives.length} done
          </span>
        </div>
        <div className="progress" aria-hidden="true">
          <span style={{ width: `${(100 * done) / objectives.length}%` }} />
        </div>
      </header>
      <ol className="objectives" aria-label="Objectives">
        {objectives.map((objective, index) => (
          <ObjectiveItem
            key={objective.objectiveId}
            objective={objective}
            number={index + 1}
            isFocus={objective.objectiveId === focusObjectiveId}
          />
        ))}
      </ol>
    </div>
  );
}
