/** A numbered mark in an answer; opens the passage it rests on. */
import { useQuery } from "convex/react";
import type { GenericId } from "convex/values";
import { api } from "../../../convex/_generated/api.js";
import { useClassroom } from "../classroom/classroomContext.ts";
import type { ShownCitation } from "./exchanges.ts";

/** The document's name, once the list of documents is there (it is shared by all chips). */
export function useDocumentName(documentId: string): string {
  const { sessionId } = useClassroom();
  const documents = useQuery(api.documents.library.list, { sessionId });
  return documents?.find((document) => document.documentId === documentId)?.name ?? "document";
}

export function CitationChip({ number, citation }: { number: number; citation: ShownCitation }) {
  const { openReader } = useClassroom();
  const name = useDocumentName(citation.documentId);
  if (citation.isGone) {
    return (
      <span className="citation citation-gone" title="This document was removed">
        {number}
      </span>
    );
  }
  return (
    <button
      type="button"
      className="citation"
      aria-label={`Source ${number}: ${name}, page ${citation.page}`}
      title={`${name}, page ${citation.page}: “${citation.quote}”`}
      onClick={() => openReader(placeOf(citation))}
    >
      {number}
    </button>
  );
}

/** The ids come from the server, which gave them to this page for that purpose. */
export function placeOf({ documentId, page, passageId }: ShownCitation) {
  return {
    documentId: documentId as GenericId<"documents">,
    page,
    passageId: passageId as GenericId<"passages">,
  };
}
