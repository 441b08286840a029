/** Who worked on the board, when and on which concepts: one picture of live and of kept insights. */
import { useQuery } from "convex/react";
import { api } from "../../../convex/_generated/api.js";
import type { ActivitySpan } from "../../../convex/contract/board/boardInsights.ts";
import type { InsightDigest } from "../../../convex/contract/board/insightDigest.ts";
import { describeAmounts } from "../board/objects/describeObject.ts";
import { useClassroom } from "../classroom/classroomContext.ts";

/** `about`: which board it is, and who sees this. */
export function BoardInsights({ digest, about }: { digest: InsightDigest; about: string }) {
  const { sessionId, showOnBoard } = useClassroom();
  const members = useQuery(api.sessions.participants.list, { sessionId });
  const names = new Map<string, string>(members?.map(({ userId, name }) => [userId, name]));
  const nameOf = (userId: string) => names.get(userId) ?? "Somebody who left";
  const { objects, byTutor, people, concepts, questionIds } = digest;
  const total =
    objects === 0
      ? "Nothing has been drawn."
      : `${countObjects(objects)}, ${byTutor} of them the tutor’s.`;
  return (
    <section className="stack" aria-labelledby="insights-heading">
      <h2 id="insights-heading">Board insights</h2>
      <p className="faint small">
        {total} {about}
      </p>
      {people.length > 0 && (
        <ul className="insights" aria-label="By person">
          {people.map(({ authorId, objects: count, spans, kinds }) => (
            <li key={authorId}>
              <strong className="clip">{nameOf(authorId)}</strong>
              <span className="small faint">{describeAmounts(kinds)}</span>
              <SpanBars spans={spans} label={`${countObjects(count)} over time`} />
            </li>
          ))}
        </ul>
      )}
      {concepts.length > 0 && (
        <>
          <h3>By concept</h3>
          <ul className="insights" aria-label="By concept">
            {concepts.map(({ concept, people: drawers, byTutor: drawnByTutor, spans }) => (
              <li key={concept}>
                <strong className="clip">{concept}</strong>
                <span className="small faint">
                  {[
                    ...drawers.map(({ authorId, count }) => `${nameOf(authorId)} ${count}`),
                    ...(drawnByTutor > 0 ? [`tutor ${drawnByTutor}`] : []),
                  ].join(", ")}
                </span>
                <SpanBars spans={spans} label={`${concept} over time`} />
              </li>
            ))}
          </ul>
        </>
      )}
      {questionIds.length > 0 && (
        <button type="button" className="button" onClick={() => showOnBoard(questionIds)}>
          Show {questionIds.length} pinned {questionIds.length === 1 ? "question" : "questions"}
        </button>
      )}
    </section>
  );
}

function countObjects(count: number): string {
  return count === 1 ? "1 object" : `${count} objects`;
}

const when = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** A bar for every span in which something was drawn, as high as much was drawn. */
function SpanBars({ spans, label }: { spans: readonly ActivitySpan[]; label: string }) {
  const most = Math.max(1, ...spans.map(({ count }) => count));
  if (spans.length === 0) return null;
  return (
    <span className="insight-bars" role="img" aria-label={label}>
      {spans.map(({ startAt, count }) => (
        <i
          key={startAt}
          style={{ height: `${(100 * count) / most}%` }}
          title={`${when.format(startAt)}: ${count}`}
        />
      ))}
    </span>
  );
}
