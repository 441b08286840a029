/** The focus goes to the heading of what opens over a view and, when that closes, back to where it was (rule WP19). */
import { useEffect, useRef } from "react";

/** For a heading with a `tabIndex` of -1. */
export function useHeadingFocus() {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const opener = document.activeElement;
    heading.current?.focus();
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  return heading;
}
