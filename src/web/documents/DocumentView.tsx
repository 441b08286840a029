/** What was understood of one document: summary, key concepts, terms, each with its pages. */
import { useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { useEffect, useRef } from "react";
import { api } from "../../../convex/_generated/api.js";
import { useClassroom } from "../classroom/classroomContext.ts";
import { Icon } from "../shell/Icon.tsx";
import { IconButton } from "../shell/IconButton.tsx";
import { Loading } from "../shell/Loading.tsx";
import type { ListedDocument } from "./documentStage.ts";
import { PageChip } from "./PageChip.tsx";

type Analysis = NonNullable<FunctionReturnType<typeof api.documents.analysis.get>>;

export function DocumentView({
  document,
  onBack,
}: {
  document: ListedDocument;
  onBack: () => void;
}) {
  const { openReader } = useClassroom();
  const { documentId, name } = document;
  const analysis = useQuery(api.documents.analysis.get, { documentId });
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
    return () => window.document.getElementById(documentId)?.focus(); // its row, where there is one again
  }, [documentId]);
  return (
    <div className="panel-pad">
      <div className="row">
        <IconButton icon="arrowLeft" label="All documents" small onClick={onBack} />
        <h2 ref={heading} tabIndex={-1} className="grow clip">
          {name}
        </h2>
        <button
          type="button"
          className="button button-small"
          onClick={() => openReader({ documentId, page: 1 })}
        >
          <Icon name="document" size={15} /> Read
        </button>
      </div>
      {analysis === undefined && <Loading what="the analysis" />}
      {analysis === null && <p className="faint">There is no analysis of this document yet.</p>}
      {analysis && <AnalysisView analysis={analysis} />}
    </div>
  );
}

function AnalysisView({ analysis }: { analysis: Analysis }) {
  const { documentId, summary, keyConcepts, terms, madeBy } = analysis;
  return (
    <>
      <section className="stack" aria-labelledby="analysis-summary">
        <h3 id="analysis-summary">Summary</h3>
        <div className="from-document summary">
          {summary.split(/\n+/).map((paragraph, index) => (
            <p key={index}>{paragraph}</p>
          ))}
        </div>
        {madeBy === "extractive" && (
          <p className="hint">Sentences of the document, chosen without an AI model.</p>
        )}
      </section>
      <section className="stack" aria-labelledby="analysis-concepts">
        <h3 id="analysis-concepts">Key concepts</h3>
        <ul className="concepts">
          {keyConcepts.map((concept) => (
            <li key={concept.name}>
              <h4>{concept.name}</h4>
              <p className="small">{concept.explanation}</p>
              <span className="row row-wrap">
                {concept.pages.map((page, index) => (
                  <PageChip
                    key={page}
                    documentId={documentId}
                    page={page}
                    passageId={concept.passageIds[index]}
                  />
                ))}
              </span>
            </li>
          ))}
        </ul>
      </section>
      {terms.length > 0 && (
        <section className="stack" aria-labelledby="analysis-terms">
          <h3 id="analysis-terms">Terms</h3>
          <dl className="terms">
            {terms.map(({ term, definition, page, passageId }) => (
              <div key={term}>
                <dt>
                  {term} <PageChip documentId={documentId} page={page} passageId={passageId} />
                </dt>
                <dd className="from-document">{definition}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </>
  );
}
