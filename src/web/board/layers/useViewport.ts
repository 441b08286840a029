/**
 * The board's viewport, driven by wheel (Ctrl or pinch zooms, else it scrolls), and
 * the size of the element it fills. Gestures of pointers are elsewhere; they call `change`.
 */
import { useEffect, useMemo, useRef, useState, type RefObject } from "react";
import { BOARD_HEIGHT, BOARD_WIDTH, type Box } from "../../../../convex/contract/boardOps.ts";
import { createLiveValue, type LiveValue } from "../hands/liveValue.ts";
import {
  fitBox,
  panBy,
  revealBox,
  zoomAt,
  type Insets,
  type Size,
  type Viewport,
} from "./viewport.ts";

const WHEEL_ZOOM = 0.0022; // of a wheel pixel, as exponent
/** Where the tools lie: at the left of a wide board, above and below a narrow one (board.css). */
const WIDE_INSETS: Insets = { top: 0, right: 0, bottom: 56, left: 110 };
const NARROW_INSETS: Insets = { top: 52, right: 0, bottom: 64, left: 0 };
const NARROW_PX = 700;

function insetsOf({ width }: Size): Insets {
  return width < NARROW_PX ? NARROW_INSETS : WIDE_INSETS;
}

function fitIn(box: Box, size: Size): Viewport {
  return fitBox(box, size, insetsOf(size));
}

const WHOLE_BOARD: Box = { x: 0, y: 0, width: BOARD_WIDTH, height: BOARD_HEIGHT };

export interface ViewportControl {
  /** What is seen now. */
  seen: LiveValue<Viewport>;
  size: Size;
  change: (change: (viewport: Viewport) => Viewport) => void;
  zoom: (factor: number) => void;
  fit: (box: Box | undefined) => void;
  /** Moves the board only when not all of the box is seen. */
  reveal: (box: Box) => void;
}

/** The same control until the size changes. */
export function useViewport(surface: RefObject<HTMLElement | null>): ViewportControl {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const [seen] = useState(() => createLiveValue<Viewport>({ x: 0, y: 0, zoom: 1 }));
  const hasFitted = useRef(false);

  useEffect(() => {
    const element = surface.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      const next = { width: element.clientWidth, height: element.clientHeight };
      setSize(next);
      if (hasFitted.current || next.width === 0) return;
      hasFitted.current = true;
      seen.set(fitIn(WHOLE_BOARD, next));
    });
    const onWheel = (event: WheelEvent) => {
      event.preventDefault(); // needs a non-passive listener, which React does not give
      const frame = element.getBoundingClientRect(); // the event's offset is that of what lies under it
      const at = { x: event.clientX - frame.left, y: event.clientY - frame.top };
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
      if (event.ctrlKey || event.metaKey) {
        const factor = Math.exp(-dy * WHEEL_ZOOM * (Math.abs(dy) < 20 ? 4 : 1));
        seen.set(zoomAt(seen.get(), at, factor));
      } else if (event.shiftKey && dx === 0) seen.set(panBy(seen.get(), -dy, 0));
      else seen.set(panBy(seen.get(), -dx, -dy));
    };
    observer.observe(element);
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => {
      observer.disconnect();
      element.removeEventListener("wheel", onWheel);
    };
  }, [surface, seen]);

  return useMemo(() => {
    const middle = { x: size.width / 2, y: size.height / 2 };
    return {
      seen,
      size,
      change: (change) => seen.set(change(seen.get())),
      zoom: (factor) => seen.set(zoomAt(seen.get(), middle, factor)),
      fit(box) {
        if (size.width > 0) seen.set(fitIn(box ?? WHOLE_BOARD, size));
      },
      reveal(box) {
        if (size.width > 0) seen.set(revealBox(seen.get(), box, size, insetsOf(size)));
      },
    };
  }, [seen, size]);
}
