/** The passages an answer rests on, below it: document, page and the words themselves. */
import { useClassroom } from "../classroom/classroomContext.ts";
import { placeOf, useDocumentName } from "./CitationChip.tsx";
import type { ShownCitation } from "./exchanges.ts";

export function SourceList({ citations }: { citations: readonly ShownCitation[] }) {
  return (
    <details className="sources">
      <summary>{citations.length === 1 ? "1 source" : `${citations.length} sources`}</summary>
      <ol>
        {citations.map((citation, index) => (
          <Source key={`${citation.passageId} ${index}`} number={index + 1} citation={citation} />
        ))}
      </ol>
    </details>
  );
}

function Source({ number, citation }: { number: number; citation: ShownCitation }) {
  const { openReader } = useClassroom();
  const name = useDocumentName(citation.documentId);
  return (
    <li>
      <button
        type="button"
        className="source"
        disabled={citation.isGone}
        onClick={() => openReader(placeOf(citation))}
      >
        <span className="source-place">
          <b>{number}</b> {citation.isGone ? "A document that was removed" : name}, page{" "}
          {citation.page}
        </span>
        <span className="from-document source-quote">{citation.quote}</span>
      </button>
    </li>
  );
}
