/**
 * A picture in board pixels that is moved and stretched as a whole, and drawn anew only when a zoom comes
 * to rest or goes far (rule BO6).
 */
import { useEffect, useRef, useState, type ReactNode } from "react";
import { sheetAround, sheetCovers, SHEET_SIDE, sheetTransform, type Sheet } from "./layerWindow.ts";
import { useMovedLayer } from "./useMovedLayer.ts";
import type { Size, Viewport } from "./viewport.ts";

const REST_MS = 140; // after the last step of a zoom
const DOT_GAP = 32; // board pixels between the dots of the paper

interface SheetLayerProps {
  viewport: Viewport;
  size: Size;
  /** The lowest layer is the paper. */
  isPaper?: boolean;
  /** `zoom`: screen pixels a board pixel, as the sheet is drawn. */
  children: (zoom: number) => ReactNode;
}

export function SheetLayer({ viewport, size, isPaper = false, children }: SheetLayerProps) {
  const layer = useRef<HTMLDivElement>(null);
  const sheet = useSheet(viewport, size);
  const { x, y, zoom } = sheet;
  useMovedLayer(layer, sheetTransform(sheet, viewport));
  return (
    <div ref={layer} className="board-layer">
      <svg
        className={isPaper ? "board-svg board-paper" : "board-svg"}
        aria-hidden="true"
        width={SHEET_SIDE}
        height={SHEET_SIDE}
        style={isPaper ? paperStyle(sheet) : undefined}
      >
        <g transform={`scale(${zoom}) translate(${-x} ${-y})`}>{children(zoom)}</g>
      </svg>
    </div>
  );
}

function useSheet(viewport: Viewport, size: Size): Sheet {
  const [sheet, setSheet] = useState(() => sheetAround(viewport, size));
  const isFit = sheetCovers(sheet, viewport, size);
  const next = isFit ? sheet : sheetAround(viewport, size);
  if (!isFit) setSheet(next);
  const isStretched = next.zoom !== viewport.zoom;
  useEffect(() => {
    if (!isStretched) return;
    const timer = setTimeout(() => setSheet(sheetAround(viewport, size)), REST_MS);
    return () => clearTimeout(timer);
  }, [isStretched, viewport, size]);
  return next;
}

/** Dots that lie on the paper; far out every fourth one is left, so that they never become a grey. */
function paperStyle({ x, y, zoom }: Sheet) {
  const gap = DOT_GAP * zoom * (zoom < 0.5 ? 4 : 1);
  const first = (at: number) => `${-(at * zoom) % gap}px`;
  return {
    backgroundSize: `${gap}px ${gap}px`,
    backgroundPosition: `${first(x)} ${first(y)}`,
  };
}
