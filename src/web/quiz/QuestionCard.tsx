/** One question: answered by keyboard or pointer, locked at once, graded by the server. */
import { useMutation } from "convex/react";
import { useId, useState, type SubmitEvent } from "react";
import { api } from "../../../convex/_generated/api.js";
import { MAX_SHORT_ANSWER_CHARS } from "../../../convex/contract/limits.ts";
import { useClassroom } from "../classroom/classroomContext.ts";
import { attempt } from "../shell/attempt.ts";
import { Feedback } from "./Feedback.tsx";
import type { Question, QuizResponse } from "./question.ts";

export function QuestionCard({ question, number }: { question: Question; number: number }) {
  const { canWrite } = useClassroom();
  const [draft, setDraft] = useState<QuizResponse>();
  const { sent, submit } = useSentAnswer(question.questionId);
  const { prompt, kind, answer } = question;
  const given = answer?.response ?? sent;
  const isLocked = given !== undefined || !canWrite;

  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    if (draft && !isLocked) void submit(draft);
  };

  return (
    <li className="question-card" data-result={resultOf(answer)}>
      <form onSubmit={onSubmit}>
        <fieldset disabled={isLocked}>
          <legend>
            <span className="question-number">Question {number}</span>
            {prompt}
          </legend>
          <AnswerField kind={kind} shown={given ?? draft} onDraft={setDraft} />
          {!isLocked && (
            <button className="button button-primary button-small" disabled={!draft}>
              Check answer
            </button>
          )}
        </fieldset>
        {sent && !answer && (
          <p className="faint small" role="status">
            Checking…
          </p>
        )}
        {answer && <Feedback question={question} answer={answer} takesFocus={sent !== undefined} />}
      </form>
    </li>
  );
}

function resultOf(answer: Question["answer"]): "open" | "right" | "wrong" {
  if (!answer) return "open";
  return answer.isCorrect ? "right" : "wrong";
}

/** What was answered counts as given from the moment it is sent; a refusal takes it back. */
function useSentAnswer(questionId: Question["questionId"]) {
  const send = useMutation(api.quizzes.answers.submit);
  const [sent, setSent] = useState<QuizResponse>();
  const submit = async (response: QuizResponse) => {
    setSent(response);
    const isTaken = await attempt("Your answer was not taken", () =>
      send({ questionId, response }),
    );
    if (!isTaken) setSent(undefined);
  };
  return { sent, submit };
}

interface AnswerFieldProps {
  kind: Question["kind"];
  shown: QuizResponse | undefined;
  onDraft: (draft: QuizResponse | undefined) => void;
}

function AnswerField({ kind, shown, onDraft }: AnswerFieldProps) {
  if (kind.kind === "choice") {
    const chosen = shown?.kind === "choice" ? shown.option : undefined;
    const choose = (option: number) => onDraft({ kind: "choice", option });
    return <Options options={kind.options} chosen={chosen} onChoose={choose} />;
  }
  const text = shown?.kind === "short" ? shown.text : "";
  const write = (next: string) => onDraft(next === "" ? undefined : { kind: "short", text: next });
  return <ShortAnswer text={text} onText={write} />;
}

interface OptionsProps {
  options: readonly string[];
  chosen: number | undefined;
  onChoose: (option: number) => void;
}

function Options({ options, chosen, onChoose }: OptionsProps) {
  const id = useId();
  return (
    <div className="options">
      {options.map((option, index) => (
        <label key={index} className="option">
          <input
            type="radio"
            name={id}
            checked={chosen === index}
            onChange={() => onChoose(index)}
          />
          <span>{option}</span>
        </label>
      ))}
    </div>
  );
}

function ShortAnswer({ text, onText }: { text: string; onText: (text: string) => void }) {
  return (
    <input
      className="input"
      aria-label="Your answer"
      value={text}
      maxLength={MAX_SHORT_ANSWER_CHARS}
      autoComplete="off"
      onChange={(event) => onText(event.target.value)}
    />
  );
}
