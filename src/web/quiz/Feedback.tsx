/** How an answer was graded, what is right, why, and where it stands in the document. */
import { useEffect, useRef } from "react";
import { useClassroom } from "../classroom/classroomContext.ts";
import { useDocumentName } from "../conversation/CitationChip.tsx";
import { Icon } from "../shell/Icon.tsx";
import type { Question } from "./question.ts";

interface FeedbackProps {
  question: Question;
  answer: NonNullable<Question["answer"]>;
  /** The answer was just given, with a button that is gone now: the focus goes on here. */
  takesFocus: boolean;
}

export function Feedback({ question, answer, takesFocus }: FeedbackProps) {
  const { openReader } = useClassroom();
  const { documentId, page } = question;
  const { isCorrect, correctAnswer, explanation, passageId } = answer;
  const name = useDocumentName(documentId);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (takesFocus) box.current?.focus();
  }, [takesFocus]);
  return (
    <div ref={box} tabIndex={-1} className="feedback" role="status" aria-label="Feedback">
      <p className="feedback-verdict">
        <Icon name={isCorrect ? "check" : "close"} size={17} />
        {isCorrect ? "Right" : "Not quite"}
      </p>
      {!isCorrect && (
        <p>
          The answer is <strong>{correctAnswer}</strong>.
        </p>
      )}
      <p className="from-document">{explanation}</p>
      <button
        type="button"
        className="button button-small"
        onClick={() => openReader({ documentId, page, passageId })}
      >
        <Icon name="document" size={15} /> {name}, page {page}
      </button>
    </div>
  );
}
