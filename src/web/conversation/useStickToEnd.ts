/**
 * Keeps a scrolling list at its end while it grows, unless the reader has scrolled up; and keeps what
 * is being read in place when older entries are added above.
 */
import { useCallback, useLayoutEffect, useRef } from "react";

const NEAR_END_PX = 80;

/** `version` changes whenever the content does. */
export function useStickToEnd(version: string) {
  const scroller = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const lastHeight = useRef(0);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const grownPx = element.scrollHeight - lastHeight.current;
    lastHeight.current = element.scrollHeight;
    if (isAtEnd.current) element.scrollTop = element.scrollHeight;
    else if (element.scrollTop < NEAR_END_PX && grownPx > 0) element.scrollTop += grownPx;
  }, [version]);

  const onScroll = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    const leftPx = element.scrollHeight - element.clientHeight - element.scrollTop;
    isAtEnd.current = leftPx < NEAR_END_PX;
  }, []);

  const stick = useCallback(() => {
    isAtEnd.current = true;
  }, []);

  return { scroller, onScroll, stick };
}
