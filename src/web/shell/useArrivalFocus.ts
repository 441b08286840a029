/**
 * The focus of whoever comes to a view from another one: what they used is gone with it, so the focus would be
 * nowhere, and a screen reader would say nothing. It goes to the view's heading (rule WP19).
 */
import { useEffect, useRef } from "react";

/** For a heading with a `tabIndex` of -1. A page that was just loaded is read from its beginning instead. */
export function useArrivalFocus() {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const isLost = document.activeElement === document.body;
    if (isLost && navigator.userActivation.hasBeenActive) heading.current?.focus();
  }, []);
  return heading;
}
