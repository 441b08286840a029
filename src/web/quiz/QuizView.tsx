/** Taking a quiz: all questions one below the other, the score on top as it grows. */
import { useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import type { GenericId } from "convex/values";
import { useEffect, useRef } from "react";
import { api } from "../../../convex/_generated/api.js";
import { IconButton } from "../shell/IconButton.tsx";
import { Loading } from "../shell/Loading.tsx";
import { QuestionCard } from "./QuestionCard.tsx";
import { shortfallWords } from "./quizWords.ts";

type Quiz = FunctionReturnType<typeof api.quizzes.quiz.get>;

export function QuizView({ quizId, onBack }: { quizId: GenericId<"quizzes">; onBack: () => void }) {
  const quiz = useQuery(api.quizzes.quiz.get, { quizId });
  const heading = useRef<HTMLHeadingElement>(null);
  const isThere = quiz !== undefined;
  useEffect(() => {
    if (isThere) heading.current?.focus();
  }, [isThere]);
  useEffect(() => () => document.getElementById(quizId)?.focus(), [quizId]); // its row in the list
  if (!quiz) return <Loading what="the quiz" />;
  const shortfall = quiz.state.kind === "ready" ? shortfallWords(quiz.state) : undefined;
  return (
    <div className="panel-pad">
      <div className="row">
        <IconButton icon="arrowLeft" label="All quizzes" small onClick={onBack} />
        <h2 ref={heading} tabIndex={-1} className="grow">
          {quiz.title}
        </h2>
      </div>
      <Score quiz={quiz} />
      {shortfall !== undefined && <p className="notice">{shortfall}</p>}
      <ol className="questions">
        {quiz.questions.map((question, index) => (
          <QuestionCard key={question.questionId} question={question} number={index + 1} />
        ))}
      </ol>
    </div>
  );
}

function Score({ quiz }: { quiz: Quiz }) {
  const total = quiz.questions.length;
  const answers = quiz.questions.flatMap(({ answer }) => (answer ? [answer] : []));
  const right = answers.filter(({ isCorrect }) => isCorrect).length;
  const isFinished = answers.length === total;
  const isNew = answers.length === 0;
  return (
    <div className="score" role="status" aria-label="Score">
      <p>
        {isNew && (total === 1 ? "One question" : `${total} questions`)}
        {!isNew && (
          <>
            <strong>{right}</strong> of {answers.length} right
            {isFinished ? ". All answered." : `, ${total - answers.length} to go`}
          </>
        )}
      </p>
      <span className="score-dots" aria-hidden="true">
        {quiz.questions.map(({ questionId, answer }) => (
          <i
            key={questionId}
            data-answer={answer ? (answer.isCorrect ? "right" : "wrong") : "open"}
          />
        ))}
      </span>
    </div>
  );
}
