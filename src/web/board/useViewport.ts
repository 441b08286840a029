/**
 * The board's viewport as React state, driven by wheel (Ctrl or pinch zooms, else it scrolls), and
 * the size of the element it fills. Gestures of pointers are elsewhere; they call `change`.
 */
import { useCallback, useEffect, useRef, useState, type RefObject } from "react";
import { BOARD_HEIGHT, BOARD_WIDTH, type Box } from "../../../convex/contract/boardOps.ts";
import { fitBox, panBy, zoomAt, type Insets, type Size, type Viewport } from "./viewport.ts";

const WHEEL_ZOOM = 0.0022; // of a wheel pixel, as exponent
/** Where the tools lie: at the left of a wide board, above and below a narrow one (board.css). */
const WIDE_INSETS: Insets = { top: 0, right: 0, bottom: 56, left: 110 };
const NARROW_INSETS: Insets = { top: 52, right: 0, bottom: 64, left: 0 };
const NARROW_PX = 700;

function fitIn(box: Box, size: Size): Viewport {
  return fitBox(box, size, size.width < NARROW_PX ? NARROW_INSETS : WIDE_INSETS);
}

const WHOLE_BOARD: Box = { x: 0, y: 0, width: BOARD_WIDTH, height: BOARD_HEIGHT };

export interface ViewportControl {
  viewport: Viewport;
  size: Size;
  change: (change: (viewport: Viewport) => Viewport) => void;
  zoom: (factor: number) => void;
  fit: (box: Box | undefined) => void;
}

export function useViewport(surface: RefObject<HTMLElement | null>): ViewportControl {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const [viewport, setViewport] = useState<Viewport>({ x: 0, y: 0, zoom: 1 });
  const hasFitted = useRef(false);

  useEffect(() => {
    const element = surface.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      const next = { width: element.clientWidth, height: element.clientHeight };
      setSize(next);
      if (hasFitted.current || next.width === 0) return;
      hasFitted.current = true;
      setViewport(fitIn(WHOLE_BOARD, next));
    });
    const onWheel = (event: WheelEvent) => {
      event.preventDefault(); // needs a non-passive listener, which React does not give
      const at = { x: event.offsetX, y: event.offsetY };
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
      if (event.ctrlKey || event.metaKey) {
        const factor = Math.exp(-dy * WHEEL_ZOOM * (Math.abs(dy) < 20 ? 4 : 1));
        setViewport((view) => zoomAt(view, at, factor));
      } else if (event.shiftKey && dx === 0) setViewport((view) => panBy(view, -dy, 0));
      else setViewport((view) => panBy(view, -dx, -dy));
    };
    observer.observe(element);
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => {
      observer.disconnect();
      element.removeEventListener("wheel", onWheel);
    };
  }, [surface]);

  const zoom = useCallback(
    (factor: number) =>
      setViewport((view) => zoomAt(view, { x: size.width / 2, y: size.height / 2 }, factor)),
    [size],
  );
  const fit = useCallback(
    (box: Box | undefined) => {
      if (size.width > 0) setViewport(fitIn(box ?? WHOLE_BOARD, size));
    },
    [size],
  );
  return { viewport, size, change: setViewport, zoom, fit };
}
