/** Asks for a quiz: from which document, and how long. */
import { useMutation, useQuery } from "convex/react";
import type { GenericId } from "convex/values";
import { useId, useState } from "react";
import { api } from "../../../convex/_generated/api.js";
import { DEFAULT_QUIZ_QUESTIONS, MAX_QUIZ_QUESTIONS } from "../../../convex/contract/limits.ts";
import { useClassroom } from "../classroom/classroomContext.ts";
import { useFormTask } from "../entry/useFormTask.ts";
import { Problem } from "../shell/Problem.tsx";

/** `onMade` is told at once; the quiz opens by itself when it is ready. */
export function MakeQuizForm({ onMade }: { onMade: (quizId: GenericId<"quizzes">) => void }) {
  const id = useId();
  const { sessionId } = useClassroom();
  const documents = useQuery(api.documents.library.list, { sessionId });
  const make = useMutation(api.quizzes.quiz.make);
  const [documentId, setDocumentId] = useState("");
  const [count, setCount] = useState(String(DEFAULT_QUIZ_QUESTIONS)); // as it is being typed
  const ready = documents?.filter(({ state }) => state.kind === "ready") ?? [];
  const chosen = ready.find((document) => document.documentId === documentId);

  const { isBusy, problem, onSubmit } = useFormTask(async () => {
    const source = chosen ? { documentId: chosen.documentId } : {};
    onMade(await make({ sessionId, questionCount: Number(count), ...source }));
  });

  return (
    <form className="quiz-make" onSubmit={onSubmit}>
      <h2>Make a quiz</h2>
      <div className="quiz-fields">
        <div className="field grow">
          <label htmlFor={`${id}-document`}>From</label>
          <select
            id={`${id}-document`}
            className="input"
            value={documentId}
            onChange={(event) => setDocumentId(event.target.value)}
          >
            <option value="">All documents</option>
            {ready.map((document) => (
              <option key={document.documentId} value={document.documentId}>
                {document.name}
              </option>
            ))}
          </select>
        </div>
        <div className="field quiz-count">
          <label htmlFor={`${id}-count`}>Questions</label>
          <input
            id={`${id}-count`}
            className="input"
            type="number"
            min={1}
            max={MAX_QUIZ_QUESTIONS}
            required
            value={count}
            onChange={(event) => setCount(event.target.value)}
          />
        </div>
      </div>
      {problem && <Problem>{problem}</Problem>}
      {documents && ready.length === 0 && (
        <p className="hint">A quiz can be made once a document has been analysed.</p>
      )}
      <button
        className="button button-primary"
        disabled={ready.length === 0}
        aria-disabled={isBusy}
      >
        Make quiz
      </button>
    </form>
  );
}
