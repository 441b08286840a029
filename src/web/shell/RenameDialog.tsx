/** Asks for a new name. Closes at once: the change is optimistic and says by toast if it failed. */
import { useId, useState } from "react";
import { MAX_TITLE_CHARS } from "../../../convex/contract/limits.ts";
import { Dialog } from "./Dialog.tsx";

interface RenameDialogProps {
  heading: string;
  label: string;
  /** What the button says; "Rename" if not given. */
  action?: string;
  name: string;
  maxChars?: number;
  onRename: (name: string) => Promise<unknown>;
  onClose: () => void;
}

export function RenameDialog(props: RenameDialogProps) {
  const {
    heading,
    label,
    action = "Rename",
    name,
    maxChars = MAX_TITLE_CHARS,
    onRename,
    onClose,
  } = props;
  const id = useId();
  const [next, setNext] = useState(name);
  const isChanged = next.trim() !== "" && next.trim() !== name;
  return (
    <Dialog title={heading} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (isChanged) void onRename(next.trim());
          onClose();
        }}
      >
        <div className="field">
          <label htmlFor={id}>{label}</label>
          <input
            id={id}
            className="input"
            value={next}
            maxLength={maxChars}
            onFocus={(event) => event.target.select()}
            onChange={(event) => setNext(event.target.value)}
          />
        </div>
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button className="button button-primary" disabled={!isChanged}>
            {action}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
