/**
 * A toolbar as one stop of the Tab key, within which arrow keys, Home and End go from button to button, as
 * screen readers announce toolbars. Comes back to the button that was used last (rule WP26). Its buttons are
 * never `disabled`, at most `aria-disabled`.
 */
import { useEffect, useRef, type FocusEvent, type KeyboardEvent } from "react";

/** What the toolbar's element is given. */
export function useRovingFocus() {
  const ref = useRef<HTMLDivElement>(null);
  const last = useRef<HTMLButtonElement>(undefined);
  const settle = () => {
    const buttons = [...(ref.current?.querySelectorAll("button") ?? [])];
    const stop = buttons.find((button) => button === last.current) ?? buttons[0];
    for (const button of buttons) button.tabIndex = button === stop ? 0 : -1;
    if (last.current?.isConnected !== false || document.activeElement !== document.body) return;
    last.current = stop; // the button that had the focus has done its work and is gone
    stop?.focus();
  };
  useEffect(settle); // after each render: buttons come and go
  return {
    ref,
    onFocus({ target }: FocusEvent) {
      if (target instanceof HTMLButtonElement) last.current = target;
      settle();
    },
    onKeyDown(event: KeyboardEvent<HTMLElement>) {
      const buttons = [...event.currentTarget.querySelectorAll("button")];
      const here = buttons.findIndex((button) => button === document.activeElement);
      const steps: Record<string, number> = {
        ArrowRight: (here + 1) % buttons.length,
        ArrowDown: (here + 1) % buttons.length,
        ArrowLeft: (here - 1 + buttons.length) % buttons.length,
        ArrowUp: (here - 1 + buttons.length) % buttons.length,
        Home: 0,
        End: buttons.length - 1,
      };
      const next = buttons[steps[event.key] ?? -1];
      if (!next) return;
      event.preventDefault();
      next.focus();
    },
  };
}
