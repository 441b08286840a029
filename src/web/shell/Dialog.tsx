/**
 * A modal dialog on the native element, which brings the focus trap, Escape and the inert page
 * behind it. Mounted means open: the owner unmounts it in `onClose`. What can be used first has the focus.
 */
import { useEffect, useId, useRef, type ReactNode } from "react";
import { IconButton } from "./IconButton.tsx";

const TO_USE = ":is(input, textarea, select, button):enabled";
/** In what the dialog is about. */
const FIRST_TO_USE = `.dialog-head ~ ${TO_USE}, .dialog-head ~ * ${TO_USE}`;

const BESIDE = ":is([tabindex], input, textarea, select, button:enabled, a[href])";

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

export function Dialog({ title, onClose, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  useEffect(() => {
    const dialog = ref.current;
    const trail = trailOf(document.activeElement);
    if (dialog && !dialog.open) dialog.showModal(); // which gives the focus to the cross
    dialog?.querySelector<HTMLElement>(FIRST_TO_USE)?.focus();
    return () => {
      dialog?.close();
      giveFocusBack(trail); // the element is gone before the browser can do it by itself
    };
  }, []);

  return (
    <dialog
      ref={ref}
      className="dialog"
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onKeyDown={(event) => event.stopPropagation()} // Escape is for the dialog, not for what opened it
      onPointerDown={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div className="dialog-body">
        <div className="dialog-head">
          <h2 id={titleId}>{title}</h2>
          <IconButton icon="close" label="Close" small onClick={onClose} />
        </div>
        {children}
      </div>
    </dialog>
  );
}

/** An element and all that it lies in. */
function trailOf(element: Element | null): Element[] {
  return element === null ? [] : [element, ...trailOf(element.parentElement)];
}

/** To what opened the dialog; what it did may have taken that away, then to what is beside it. */
function giveFocusBack([opener, ...around]: readonly Element[]): void {
  if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
  else
    around
      .find((element) => element.isConnected)
      ?.querySelector<HTMLElement>(BESIDE)
      ?.focus();
}
