/**
 * The document reader: one page of text at a time, with the passage that a citation points to
 * marked and in view. Lies over the board, beside the panel.
 */
import { useQuery } from "convex/react";
import { useEffect, useRef } from "react";
import { api } from "../../../convex/_generated/api.js";
import { useClassroom, type ReaderPlace } from "../classroom/classroomContext.ts";
import { ErrorBoundary } from "../shell/ErrorBoundary.tsx";
import { Icon } from "../shell/Icon.tsx";
import { IconButton } from "../shell/IconButton.tsx";
import { Loading } from "../shell/Loading.tsx";
import { useHeadingFocus } from "../shell/useHeadingFocus.ts";
import { layOutPage, type PagePiece } from "./pageLayout.ts";
import "./reader.css";

interface ReaderProps {
  place: ReaderPlace;
  onMove: (place: ReaderPlace) => void;
  onClose: () => void;
}

export function Reader({ place, onMove, onClose }: ReaderProps) {
  const { sessionId } = useClassroom();
  const { documentId, page } = place;
  const documents = useQuery(api.documents.library.list, { sessionId });
  const document = documents?.find((one) => one.documentId === documentId);
  const pageCount = document?.pageCount ?? page;
  const heading = useHeadingFocus();

  const turnTo = (next: number) => {
    if (next >= 1 && next <= pageCount) onMove({ documentId, page: next });
  };
  return (
    <section
      className="reader"
      aria-labelledby="reader-title"
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
        if (event.key === "PageDown" && event.altKey) turnTo(page + 1);
        if (event.key === "PageUp" && event.altKey) turnTo(page - 1);
      }}
    >
      <header className="reader-bar">
        <h2 id="reader-title" ref={heading} tabIndex={-1} className="clip">
          {document?.name ?? "Document"}
        </h2>
        <OriginalLink documentId={documentId} />
        <IconButton icon="close" label="Close document" small onClick={onClose} />
      </header>
      <ErrorBoundary key={`${documentId} ${page}`} title="This page cannot be shown">
        <PageText place={place} />
      </ErrorBoundary>
      <footer className="reader-foot">
        <IconButton
          icon="chevronLeft"
          label="Previous page"
          disabled={page <= 1}
          onClick={() => turnTo(page - 1)}
        />
        <span role="status">
          Page {page} of {pageCount}
        </span>
        <IconButton
          icon="chevronRight"
          label="Next page"
          disabled={page >= pageCount}
          onClick={() => turnTo(page + 1)}
        />
      </footer>
    </section>
  );
}

function OriginalLink({ documentId }: Pick<ReaderPlace, "documentId">) {
  const url = useQuery(api.documents.library.fileUrl, { documentId });
  if (!url) return null;
  return (
    <a className="button button-quiet button-small" href={url} target="_blank" rel="noreferrer">
      <Icon name="down" size={15} /> Original
    </a>
  );
}

function PageText({ place }: { place: ReaderPlace }) {
  const { documentId, page, passageId } = place;
  const content = useQuery(api.documents.library.getPage, { documentId, page });
  const marked = content?.passages.find((passage) => passage.passageId === passageId);
  const scroller = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!content) return;
    const mark = scroller.current?.querySelector("mark");
    if (mark) mark.scrollIntoView({ block: "center" });
    else scroller.current?.scrollTo({ top: 0 });
  }, [content, passageId]);

  if (!content) return <Loading what="the page" />;
  return (
    <div
      className="reader-page from-document"
      ref={scroller}
      tabIndex={0}
      role="document"
      aria-label={`Page ${page}`}
    >
      {layOutPage(content.text, marked).map((pieces, index) => (
        <p key={index}>{pieces.map(renderPiece)}</p>
      ))}
    </div>
  );
}

function renderPiece({ text, isMarked }: PagePiece, index: number) {
  return isMarked ? <mark key={index}>{text}</mark> : text;
}
