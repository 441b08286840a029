/** One document in the list: its way to the lesson, what failed, and what can be done with it. */
import { useMutation } from "convex/react";
import { useState } from "react";
import { api } from "../../../convex/_generated/api.js";
import { ERRORS } from "../../../convex/contract/errors.ts";
import { useClassroom } from "../classroom/classroomContext.ts";
import { attempt } from "../shell/attempt.ts";
import { ConfirmDialog } from "../shell/ConfirmDialog.tsx";
import { Icon } from "../shell/Icon.tsx";
import { Menu } from "../shell/Menu.tsx";
import { Problem } from "../shell/Problem.tsx";
import { RenameDialog } from "../shell/RenameDialog.tsx";
import { showNews } from "../shell/toastStore.ts";
import {
  documentStage,
  stageFraction,
  STEPS,
  type DocumentStage,
  type ListedDocument,
  type ListedJob,
} from "./documentStage.ts";
import { formatBytes } from "../shell/formatBytes.ts";
import { useRenameDocument } from "./useRenameDocument.ts";

interface DocumentRowProps {
  document: ListedDocument;
  jobs: readonly ListedJob[];
  onOpen: () => void;
}

export function DocumentRow({ document, jobs, onOpen }: DocumentRowProps) {
  const { me, canManage, canWrite } = useClassroom();
  const [asked, setAsked] = useState<"rename" | "remove">();
  const stage = documentStage(document, jobs);
  const { name, pageCount, sizeBytes, state } = document;
  const mayManage = canManage || document.uploadedBy === me.userId;
  const pages =
    pageCount === undefined ? "" : `${pageCount} ${pageCount === 1 ? "page" : "pages"}, `;
  return (
    <li className="document">
      <div className="document-head">
        <button
          type="button"
          id={document.documentId}
          className="open-button document-name"
          disabled={state.kind !== "ready"}
          onClick={onOpen}
        >
          {name}
        </button>
        {mayManage && (
          <Menu
            label={`Actions for ${name}`}
            trigger={<Icon name="more" />}
            entries={[
              ...(canWrite
                ? [{ label: "Rename", icon: "pencil", onSelect: () => setAsked("rename") } as const]
                : []),
              {
                label: "Remove",
                icon: "trash",
                isDanger: true,
                onSelect: () => setAsked("remove"),
              },
            ]}
          />
        )}
      </div>
      <p className="faint small">
        {pages}
        {formatBytes(sizeBytes)}
      </p>
      {!stage.failure && <StageView document={document} stage={stage} />}
      {stage.failure && <Failure stage={stage} />}
      {asked && (
        <DocumentDialog asked={asked} document={document} onClose={() => setAsked(undefined)} />
      )}
    </li>
  );
}

function StageView({ document, stage }: { document: ListedDocument; stage: DocumentStage }) {
  const percent = Math.round(100 * stageFraction(document, stage));
  return (
    <div role="group" aria-label={`Progress of ${document.name}`} className="stage">
      {!stage.isFinished && (
        <div
          className="progress"
          role="progressbar"
          aria-label={document.name}
          aria-valuenow={percent}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuetext={stage.label}
        >
          <span style={{ width: `${percent}%` }} />
        </div>
      )}
      <ol className="steps">
        {STEPS.map((step, index) => {
          const isDone = index < stage.done;
          const isNow = index === stage.done;
          return (
            <li
              key={step}
              data-step={isDone ? "done" : isNow ? "now" : "ahead"}
              aria-current={isNow ? "step" : undefined}
            >
              {isDone && <Icon name="check" size={13} />}
              {step}
            </li>
          );
        })}
      </ol>
      {!stage.isFinished && (
        <p className="small stage-label" role="status">
          {stage.label}
        </p>
      )}
    </div>
  );
}

function Failure({ stage }: { stage: DocumentStage }) {
  const { canWrite } = useClassroom();
  const retry = useMutation(api.jobs.list.retry);
  const { message, job } = stage.failure ?? { message: "" };
  // what a person must change first (a password, a scan without text) will not go away by itself
  const mayHelp = job?.state.kind === "dead" && ERRORS[job.state.code].isRetryable;
  return (
    <>
      <Problem>{message}</Problem>
      {job && mayHelp && canWrite && (
        <button
          type="button"
          className="button button-small"
          onClick={() => void attempt("It was not tried again", () => retry({ jobId: job.jobId }))}
        >
          <Icon name="retry" size={15} /> Try again
        </button>
      )}
    </>
  );
}

interface DocumentDialogProps {
  asked: "rename" | "remove";
  document: ListedDocument;
  onClose: () => void;
}

function DocumentDialog({ asked, document, onClose }: DocumentDialogProps) {
  const rename = useRenameDocument();
  const remove = useMutation(api.documents.library.remove);
  const { documentId, name } = document;
  if (asked === "rename") {
    return (
      <RenameDialog
        heading="Rename document"
        label="Name"
        name={name}
        onRename={(next) => rename(documentId, name, next)}
        onClose={onClose}
      />
    );
  }
  return (
    <ConfirmDialog
      title={`Remove “${name}”?`}
      action="Remove document"
      onClose={onClose}
      onConfirm={async () => {
        await remove({ documentId });
        showNews(`“${name}” was removed.`);
      }}
    >
      <p>Its text, its analysis and the quizzes made from it go too. This cannot be undone.</p>
    </ConfirmDialog>
  );
}
