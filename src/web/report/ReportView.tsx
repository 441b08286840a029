/** A finished report: what was done, what is understood, what to do next. */
import type { FunctionReturnType } from "convex/server";
import type { api } from "../../../convex/_generated/api.js";
import { Icon } from "../shell/Icon.tsx";

type Content = NonNullable<
  NonNullable<FunctionReturnType<typeof api.reports.report.get>>["content"]
>;

const STATE_WORDS = { pending: "not begun", active: "begun", done: "done" } as const;

export function ReportView({ content, madeBy }: { content: Content; madeBy: string }) {
  const { summary, objectives, quizScore, turnCount, concepts, strengths, gaps, recommendations } =
    content;
  const done = objectives.filter(({ state }) => state === "done").length;
  return (
    <article className="report" aria-label="Session report">
      <h2>Session report</h2>
      <p className="report-summary">{summary}</p>
      <dl className="figures">
        <Figure
          label={turnCount === 1 ? "question asked" : "questions asked"}
          value={String(turnCount)}
        />
        <Figure label="objectives done" value={`${done} of ${objectives.length}`} />
        <Figure
          label="quiz answers right"
          value={quizScore.total === 0 ? "none yet" : `${quizScore.correct} of ${quizScore.total}`}
        />
      </dl>
      <Points title="Going well" points={strengths} />
      <Points title="Still open" points={gaps} />
      {concepts.length > 0 && (
        <section className="stack" aria-labelledby="report-concepts">
          <h3 id="report-concepts">Concepts in the quizzes</h3>
          <ul className="report-concepts">
            {concepts.map(({ name, correct, asked }) => (
              <li key={name}>
                <span className="clip">{name}</span>
                <span className="progress" aria-hidden="true">
                  <span style={{ width: `${asked === 0 ? 0 : (100 * correct) / asked}%` }} />
                </span>
                <span className="small faint">
                  {correct} of {asked}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {objectives.length > 0 && (
        <section className="stack" aria-labelledby="report-objectives">
          <h3 id="report-objectives">Objectives</h3>
          <ol className="report-objectives">
            {objectives.map(({ title, state }, index) => (
              <li key={index} data-state={state}>
                <Icon name={state === "done" ? "check" : "circle"} size={15} />
                <span className="grow">{title}</span>
                <span className="small faint">{STATE_WORDS[state]}</span>
              </li>
            ))}
          </ol>
        </section>
      )}
      <Points title="What to do next" points={recommendations} />
      {madeBy === "extractive" && (
        <p className="hint">Put together from the session’s records, without an AI model.</p>
      )}
    </article>
  );
}

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Points({ title, points }: { title: string; points: readonly string[] }) {
  if (points.length === 0) return null;
  return (
    <section className="stack">
      <h3>{title}</h3>
      <ul className="report-points">
        {points.map((point, index) => (
          <li key={index}>{point}</li>
        ))}
      </ul>
    </section>
  );
}
