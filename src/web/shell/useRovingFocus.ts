/**
 * A toolbar as one stop of the Tab key, within which arrow keys, Home and End go from button to button, as
 * screen readers announce toolbars. Comes back to the button that was used last (rule WP26).
 */
import { useEffect, useRef, type FocusEvent, type KeyboardEvent } from "react";

/** What the toolbar's element is given. */
export function useRovingFocus() {
  const ref = useRef<HTMLDivElement>(null);
  const last = useRef<HTMLButtonElement>(undefined);
  const settle = () => {
    const buttons = [...(ref.current?.querySelectorAll("button") ?? [])];
    const usable = buttons.filter(({ disabled }) => !disabled);
    const stop = usable.find((button) => button === last.current) ?? usable[0];
    for (const button of buttons) button.tabIndex = button === stop ? 0 : -1;
  };
  useEffect(settle); // after each render: buttons come and go
  return {
    ref,
    onFocus({ target }: FocusEvent) {
      if (target instanceof HTMLButtonElement) last.current = target;
      settle();
    },
    onKeyDown(event: KeyboardEvent<HTMLElement>) {
      const usable = [...event.currentTarget.querySelectorAll<HTMLElement>("button:enabled")];
      const here = usable.findIndex((button) => button === document.activeElement);
      const steps: Record<string, number> = {
        ArrowRight: (here + 1) % usable.length,
        ArrowDown: (here + 1) % usable.length,
        ArrowLeft: (here - 1 + usable.length) % usable.length,
        ArrowUp: (here - 1 + usable.length) % usable.length,
        Home: 0,
        End: usable.length - 1,
      };
      const next = usable[steps[event.key] ?? -1];
      if (!next) return;
      event.preventDefault();
      next.focus();
    },
  };
}
