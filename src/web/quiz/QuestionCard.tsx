/** One question: answered by keyboard or pointer, locked at once, graded by the server. */
import { useMutation } from "convex/react";
import type { FunctionArgs, FunctionReturnType } from "convex/server";
import { useId, useState, type FormEvent } from "react";
import { api } from "../../../convex/_generated/api.js";
import { MAX_SHORT_ANSWER_CHARS } from "../../../convex/contract/limits.ts";
import { useClassroom } from "../classroom/classroomContext.ts";
import { attempt } from "../shell/attempt.ts";
import { Feedback } from "./Feedback.tsx";

export type Question = FunctionReturnType<typeof api.quizzes.quiz.get>["questions"][number];
type Response = FunctionArgs<typeof api.quizzes.answers.submit>["response"];

export function QuestionCard({ question, number }: { question: Question; number: number }) {
  const { canWrite } = useClassroom();
  const submit = useMutation(api.quizzes.answers.submit);
  const [draft, setDraft] = useState<Response>();
  /** Shown as given from the moment it is sent; taken back when the server refuses it. */
  const [sent, setSent] = useState<Response>();
  const { questionId, prompt, kind, answer } = question;
  const given = answer?.response ?? sent;
  const isLocked = given !== undefined || !canWrite;
  const shown = given ?? draft;

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    if (!draft || isLocked) return;
    setSent(draft);
    const isTaken = await attempt("Your answer was not taken", () =>
      submit({ questionId, response: draft }),
    );
    if (!isTaken) setSent(undefined);
  };

  return (
    <li
      className="question-card"
      data-result={answer ? (answer.isCorrect ? "right" : "wrong") : "open"}
    >
      <form onSubmit={(event) => void onSubmit(event)}>
        <fieldset disabled={isLocked}>
          <legend>
            <span className="question-number">Question {number}</span>
            {prompt}
          </legend>
          {kind.kind === "choice" ? (
            <Options
              options={kind.options}
              chosen={shown?.kind === "choice" ? shown.option : undefined}
              onChoose={(option) => setDraft({ kind: "choice", option })}
            />
          ) : (
            <ShortAnswer
              text={shown?.kind === "short" ? shown.text : ""}
              onText={(text) => setDraft(text.trim() ? { kind: "short", text } : undefined)}
            />
          )}
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
        {answer && <Feedback question={question} answer={answer} />}
      </form>
    </li>
  );
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
      defaultValue={text}
      maxLength={MAX_SHORT_ANSWER_CHARS}
      autoComplete="off"
      onChange={(event) => onText(event.target.value)}
    />
  );
}
