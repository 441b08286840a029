/**
 * Who works on the board, when and on which concepts, from what is on it now; for owner and teachers, who
 * look after a class. Everything comes from the board itself, so it is as new as the board.
 */
import { useQuery } from "convex/react";
import { useMemo, useSyncExternalStore } from "react";
import { api } from "../../../convex/_generated/api.js";
import { gainInsights, type ActivitySpan } from "../../../convex/contract/board/boardInsights.ts";
import { summarizeBoard } from "../../../convex/contract/board/boardSummary.ts";
import type { BoardLink } from "../board/boardLink.ts";
import { useClassroom } from "../classroom/classroomContext.ts";

const SPAN_MS = 5 * 60_000;
const MAX_SPANS = 24; // of five minutes: the last two hours in which something was drawn
const MAX_CONCEPTS = 12;

export function BoardInsights({ board }: { board: BoardLink }) {
  const { sessionId, showOnBoard } = useClassroom();
  const objects = useSyncExternalStore(board.subscribe, board.list);
  const members = useQuery(api.sessions.participants.list, { sessionId });
  const { people, concepts } = useMemo(() => gainInsights(objects, SPAN_MS), [objects]);
  const { countsByOwner, questionTags } = useMemo(() => summarizeBoard(objects, []), [objects]);
  const names = new Map<string, string>(members?.map(({ userId, name }) => [userId, name]));
  const nameOf = (userId: string) => names.get(userId) ?? "Somebody who left";
  return (
    <section className="stack" aria-labelledby="insights-heading">
      <h2 id="insights-heading">Board insights</h2>
      <p className="faint small">
        {objects.length === 0
          ? "Nothing has been drawn yet."
          : `${objects.length} objects, ${countsByOwner["assistant"] ?? 0} of them the tutor’s. Seen by owner and teachers only.`}
      </p>
      {people.length > 0 && (
        <ul className="insights">
          {people.map(({ authorId, objects: count, spans, countsByKind }) => (
            <li key={authorId}>
              <strong className="clip">{nameOf(authorId)}</strong>
              <span className="small faint">{amounts(countsByKind)}</span>
              <SpanBars spans={spans} label={`${count} objects over time`} />
            </li>
          ))}
        </ul>
      )}
      {concepts.length > 0 && (
        <>
          <h3>By concept</h3>
          <ul className="insights">
            {concepts.slice(0, MAX_CONCEPTS).map(({ concept, countsByPerson, byTutor, spans }) => (
              <li key={concept}>
                <strong className="clip">{concept}</strong>
                <span className="small faint">
                  {[
                    ...Object.entries(countsByPerson).map(
                      ([id, count]) => `${nameOf(id)} ${count}`,
                    ),
                    ...(byTutor > 0 ? [`tutor ${byTutor}`] : []),
                  ].join(", ")}
                </span>
                <SpanBars spans={spans} label={`${concept} over time`} />
              </li>
            ))}
          </ul>
        </>
      )}
      {questionTags.length > 0 && (
        <button
          type="button"
          className="button"
          onClick={() => showOnBoard(questionTags.map(({ id }) => id))}
        >
          Show {questionTags.length} pinned {questionTags.length === 1 ? "question" : "questions"}
        </button>
      )}
    </section>
  );
}

function amounts(countsByKind: Readonly<Record<string, number>>): string {
  const kinds = Object.entries(countsByKind).sort(([, a], [, b]) => b - a);
  return kinds.map(([kind, count]) => `${count} ${kind.replaceAll("_", " ")}`).join(", ");
}

/** A bar for every span in which something was drawn, as high as much was drawn. */
function SpanBars({ spans, label }: { spans: readonly ActivitySpan[]; label: string }) {
  const shown = spans.slice(-MAX_SPANS);
  const most = Math.max(1, ...shown.map(({ count }) => count));
  if (shown.length === 0) return null;
  return (
    <span className="insight-bars" role="img" aria-label={label}>
      {shown.map(({ startAt, count }) => (
        <i
          key={startAt}
          style={{ height: `${(100 * count) / most}%` }}
          title={`${new Date(startAt).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}: ${count}`}
        />
      ))}
    </span>
  );
}
