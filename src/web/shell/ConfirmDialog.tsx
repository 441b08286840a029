/** Asks before something that cannot be undone. The safe answer has the focus. */
import { useState, type ReactNode } from "react";
import { Dialog } from "./Dialog.tsx";
import { errorSentence } from "./errorSentence.ts";
import { Problem } from "./Problem.tsx";

interface ConfirmDialogProps {
  title: string;
  children: ReactNode;
  action: string;
  /** Closes on success; a rejection is shown in the dialog, which then stays. */
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

export function ConfirmDialog({ title, children, action, onConfirm, onClose }: ConfirmDialogProps) {
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  const confirm = async () => {
    if (isBusy) return; // not `disabled`, which would lose the focus
    setIsBusy(true);
    setProblem(undefined);
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      setProblem(errorSentence(error));
      setIsBusy(false);
    }
  };

  return (
    <Dialog title={title} onClose={onClose}>
      <div className="stack">{children}</div>
      {problem && <Problem>{problem}</Problem>}
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        <button
          type="button"
          className="button button-danger"
          aria-disabled={isBusy}
          onClick={() => void confirm()}
        >
          {action}
        </button>
      </div>
    </Dialog>
  );
}
