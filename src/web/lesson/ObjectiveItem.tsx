/** One objective: what and why, where it is in the documents, and its state, changed at once. */
import type { FunctionReturnType } from "convex/server";
import type { api } from "../../../convex/_generated/api.js";
import { useClassroom } from "../classroom/classroomContext.ts";
import { PageChip } from "../documents/PageChip.tsx";
import { attempt } from "../shell/attempt.ts";
import { Icon } from "../shell/Icon.tsx";
import { useMoveLesson } from "./useMoveLesson.ts";

type Objective = NonNullable<FunctionReturnType<typeof api.lessons.plan.get>>["objectives"][number];

interface ObjectiveItemProps {
  objective: Objective;
  number: number;
  isFocus: boolean;
}

export function ObjectiveItem({ objective, number, isFocus }: ObjectiveItemProps) {
  const { sessionId, canWrite } = useClassroom();
  const { setFocus, setState } = useMoveLesson();
  const { objectiveId, title, why, documentId, pages, state } = objective;
  const isDone = state === "done";
  const mark = (next: Objective["state"]) =>
    void attempt("The objective was not changed", () =>
      setState({ sessionId, objectiveId, state: next }),
    );
  return (
    <li
      className="objective"
      data-state={isFocus ? "focus" : state}
      aria-current={isFocus ? "step" : undefined}
    >
      <span className="objective-mark" aria-hidden="true">
        {isDone ? <Icon name="check" size={15} /> : number}
      </span>
      <div className="objective-body">
        <h3>
          {title} {isFocus && <span className="chip chip-accent">Current focus</span>}
          {isDone && <span className="visually-hidden">(done)</span>}
        </h3>
        <p className="small objective-why">{why}</p>
        {documentId && pages.length > 0 && (
          <span className="row row-wrap">
            {pages.map((page) => (
              <PageChip key={page} documentId={documentId} page={page} passageId={undefined} />
            ))}
          </span>
        )}
        {canWrite && (
          <span className="row row-wrap objective-actions">
            {!isFocus && (
              <button
                type="button"
                className="button button-small"
                aria-label={`Focus on ${title}`}
                onClick={({ currentTarget }) => {
                  const beside = currentTarget.nextElementSibling; // this button goes at once
                  if (beside instanceof HTMLElement) beside.focus();
                  void attempt("The focus was not changed", () =>
                    setFocus({ sessionId, objectiveId }),
                  );
                }}
              >
                Focus
              </button>
            )}
            {isDone ? (
              <button
                type="button"
                className="button button-quiet button-small"
                aria-label={`Reopen ${title}`}
                onClick={() => mark("pending")}
              >
                Reopen
              </button>
            ) : (
              <button
                type="button"
                className="button button-quiet button-small"
                aria-label={`Mark ${title} as done`}
                onClick={() => mark("done")}
              >
                <Icon name="check" size={15} /> Done
              </button>
            )}
          </span>
        )}
      </div>
    </li>
  );
}
