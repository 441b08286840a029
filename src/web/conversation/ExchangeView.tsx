/** One question and its answer, with everything that is known about how the answer came about. */
import { memo } from "react";
import { personColour } from "../board/shapes/palette.ts";
import { useClassroom } from "../classroom/classroomContext.ts";
import { initials } from "../classroom/initials.ts";
import { Icon } from "../shell/Icon.tsx";
import { AnswerText } from "./AnswerText.tsx";
import type { Exchange, ExchangePhase } from "./exchanges.ts";
import { SourceList } from "./SourceList.tsx";

interface ExchangeViewProps {
  exchange: Exchange;
  /** Undefined where nothing can be asked any more. */
  onAskAgain: ((question: string) => void) | undefined;
}

export const ExchangeView = memo(function ExchangeView({
  exchange,
  onAskAgain,
}: ExchangeViewProps) {
  const { me, showOnBoard } = useClassroom();
  const { authorId, authorName, question, answer, citations, phase, drawnObjectIds } = exchange;
  const isSpeaking = phase.kind === "speaking" || phase.kind === "usingTool";
  return (
    <li className="exchange" data-phase={phase.kind}>
      <article aria-label={`Question by ${authorName}`} className="question">
        <span
          className="avatar avatar-small"
          style={{ background: personColour(authorId) }}
          aria-hidden="true"
        >
          {initials(authorName)}
        </span>
        <div className="question-body">
          <span className="question-author">{authorId === me.userId ? "You" : authorName}</span>
          <p>{question}</p>
        </div>
      </article>
      <article aria-label="Answer of the tutor" className="answer" aria-busy={isSpeaking}>
        {answer && <AnswerText text={answer} citations={citations} isStreaming={isSpeaking} />}
        <PhaseLine phase={phase} hasText={answer !== ""} />
        {drawnObjectIds.length > 0 && (
          <button
            type="button"
            className="button button-small"
            onClick={() => showOnBoard(drawnObjectIds)}
          >
            <Icon name="board" size={15} /> Show on the board
          </button>
        )}
        {citations.length > 0 && <SourceList citations={citations} />}
        {canAskAgain(phase) && onAskAgain && (
          <button
            type="button"
            className="button button-small"
            onClick={() => onAskAgain(question)}
          >
            <Icon name="retry" size={15} /> Ask again
          </button>
        )}
      </article>
    </li>
  );
});

function canAskAgain({ kind }: ExchangePhase): boolean {
  return kind === "failed" || kind === "cancelled";
}

function PhaseLine({ phase, hasText }: { phase: ExchangePhase; hasText: boolean }) {
  switch (phase.kind) {
    case "sending":
      return <p className="phase">Sending…</p>;
    case "thinking":
      return (
        <p className="phase">
          <span className="thinking" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          Looking through your documents…
        </p>
      );
    case "usingTool":
      return (
        <p className="phase">
          <span className="spinner" /> {phase.label}
        </p>
      );
    case "cancelled":
      return <p className="phase">Stopped{hasText ? " here" : " before an answer"}.</p>;
    case "failed":
      return (
        <p className="phase phase-failed">
          <Icon name="alert" size={16} />
          {phase.isInterrupted ? `Interrupted: ${phase.message}` : `No answer: ${phase.message}`}
        </p>
      );
    case "speaking":
    case "done":
      return null;
  }
}
