/** Quizzes of the session: have one made, and open one. */
import { useMutation, useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import type { GenericId } from "convex/values";
import { useState } from "react";
import { api } from "../../../convex/_generated/api.js";
import { useClassroom } from "../classroom/classroomContext.ts";
import { ConfirmDialog } from "../shell/ConfirmDialog.tsx";
import { Icon } from "../shell/Icon.tsx";
import { IconButton } from "../shell/IconButton.tsx";
import { Loading } from "../shell/Loading.tsx";
import { Problem } from "../shell/Problem.tsx";
import { relativeTime } from "../shell/relativeTime.ts";
import { useNow } from "../shell/useNow.ts";
import { MakeQuizForm } from "./MakeQuizForm.tsx";
import { countWords } from "./quizWords.ts";
import { QuizView } from "./QuizView.tsx";
import "./quiz.css";

type QuizSummary = FunctionReturnType<typeof api.quizzes.quiz.list>[number];
type QuizId = GenericId<"quizzes">;

export function QuizPanel() {
  const { sessionId, canWrite } = useClassroom();
  const quizzes = useQuery(api.quizzes.quiz.list, { sessionId });
  const [openId, setOpenId] = useState<QuizId>();
  if (!quizzes) return <Loading what="the quizzes" />;

  const open = quizzes.find(({ quizId }) => quizId === openId);
  if (open?.state.kind === "ready") {
    return <QuizView quizId={open.quizId} onBack={() => setOpenId(undefined)} />;
  }
  return (
    <div className="panel-pad">
      {canWrite && <MakeQuizForm onMade={setOpenId} />}
      {quizzes.length === 0 && (
        <div className="empty">
          <Icon name="quiz" size={28} />
          <p>No quizzes yet. They are made from your documents.</p>
        </div>
      )}
      <ul aria-label="Quizzes">
        {quizzes.map((quiz) => (
          <QuizRow key={quiz.quizId} quiz={quiz} onOpen={() => setOpenId(quiz.quizId)} />
        ))}
      </ul>
    </div>
  );
}

function QuizRow({ quiz, onOpen }: { quiz: QuizSummary; onOpen: () => void }) {
  const { canManage } = useClassroom();
  const remove = useMutation(api.quizzes.quiz.remove);
  const [isAsked, setIsAsked] = useState(false);
  const now = useNow();
  const { quizId, title, state, createdAt } = quiz;
  return (
    <li className="quiz-row">
      <div className="grow">
        <button
          type="button"
          id={quizId}
          className="open-button"
          disabled={state.kind !== "ready"}
          onClick={onOpen}
        >
          {title}
        </button>
        <p className="faint small">{relativeTime(createdAt, now)}</p>
        {state.kind === "failed" && <Problem>{state.message}</Problem>}
      </div>
      {state.kind === "making" && (
        <span className="chip" role="status">
          <span className="spinner" /> Being made
        </span>
      )}
      {state.kind === "ready" && <span className="chip">{countWords(state)}</span>}
      {canManage && (
        <IconButton icon="trash" label={`Delete ${title}`} small onClick={() => setIsAsked(true)} />
      )}
      {isAsked && (
        <ConfirmDialog
          title="Delete this quiz?"
          action="Delete quiz"
          onConfirm={() => remove({ quizId })}
          onClose={() => setIsAsked(false)}
        >
          <p>Everyone’s answers to it are deleted too. This cannot be undone.</p>
        </ConfirmDialog>
      )}
    </li>
  );
}
