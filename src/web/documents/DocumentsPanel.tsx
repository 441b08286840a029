/** The documents of the session: upload, progress, and one of them opened with its analysis. */
import { useQuery } from "convex/react";
import type { GenericId } from "convex/values";
import { useRef, useState } from "react";
import { api } from "../../../convex/_generated/api.js";
import { MAX_DOCUMENT_BYTES } from "../../../convex/contract/limits.ts";
import { useClassroom } from "../classroom/classroomContext.ts";
import { Icon } from "../shell/Icon.tsx";
import { Loading } from "../shell/Loading.tsx";
import { DocumentRow } from "./DocumentRow.tsx";
import { DocumentView } from "./DocumentView.tsx";
import { formatBytes } from "../shell/formatBytes.ts";
import { UploadRow } from "../uploads/UploadRow.tsx";
import type { Uploads } from "../uploads/useUploads.ts";
import "./documents.css";

const ACCEPTED = ".pdf,.docx,.pptx,.md,.markdown,.html,.htm,.txt";

export function DocumentsPanel({ uploads }: { uploads: Uploads }) {
  const { sessionId, canWrite } = useClassroom();
  const documents = useQuery(api.documents.library.list, { sessionId });
  const jobs = useQuery(api.jobs.list.forSession, { sessionId });
  const [openId, setOpenId] = useState<GenericId<"documents">>();
  if (!documents || !jobs) return <Loading what="the documents" />;

  const open = documents.find(({ documentId }) => documentId === openId);
  if (open) return <DocumentView document={open} onBack={() => setOpenId(undefined)} />;
  const isEmpty = documents.length === 0 && uploads.list.length === 0;
  return (
    <div className="panel-pad">
      {canWrite && <UploadButton onFiles={uploads.start} />}
      {isEmpty && (
        <div className="empty">
          <Icon name="document" size={28} />
          <p>No documents yet.</p>
        </div>
      )}
      <ul className="documents" aria-label="Documents">
        {uploads.list.map((upload) => (
          <UploadRow key={upload.uploadId} upload={upload} uploads={uploads} />
        ))}
        {documents.map((document) => (
          <DocumentRow
            key={document.documentId}
            document={document}
            jobs={jobs}
            onOpen={() => setOpenId(document.documentId)}
          />
        ))}
      </ul>
    </div>
  );
}

function UploadButton({ onFiles }: { onFiles: (files: File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="upload">
      <button
        type="button"
        className="button button-primary"
        onClick={() => input.current?.click()}
      >
        <Icon name="upload" size={16} /> Upload documents
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={ACCEPTED}
        aria-label="Files to upload"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = ""; // the same file can be chosen again after a failure
        }}
      />
      <p className="hint">
        Or drop them anywhere. PDF, Word, PowerPoint, Markdown, HTML or text, up to{" "}
        {formatBytes(MAX_DOCUMENT_BYTES)} each.
      </p>
    </div>
  );
}
