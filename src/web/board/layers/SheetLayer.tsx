/** A picture in board pixels that is moved and stretched as a whole, on a sheet at one zoom (rule BO6). */
import { useRef, type ReactNode } from "react";
import { SHEET_SIDE, sheetTransform, type Sheet } from "./layerWindow.ts";
import { useMovedLayer } from "./useMovedLayer.ts";
import type { Viewport } from "./viewport.ts";

const DOT_GAP = 32; // board pixels between the dots of the paper

interface SheetLayerProps {
  sheet: Sheet;
  viewport: Viewport;
  /** Something else is shown instead. */
  isHidden?: boolean;
  /** The lowest layer is the paper. */
  isPaper?: boolean;
  /** `zoom`: screen pixels a board pixel, as the sheet is drawn. */
  children: (zoom: number) => ReactNode;
}

export function SheetLayer(props: SheetLayerProps) {
  const { sheet, viewport, isHidden = false, isPaper = false, children } = props;
  const layer = useRef<HTMLDivElement>(null);
  const { x, y, zoom } = sheet;
  useMovedLayer(layer, sheetTransform(sheet, viewport));
  return (
    <div ref={layer} className="board-layer" style={{ opacity: isHidden ? 0 : 1 }}>
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

/** Dots that lie on the paper; far out every fourth one is left, so that they never become a grey. */
function paperStyle({ x, y, zoom }: Sheet) {
  const gap = DOT_GAP * zoom * (zoom < 0.5 ? 4 : 1);
  const first = (at: number) => `${-(at * zoom) % gap}px`;
  return {
    backgroundSize: `${gap}px ${gap}px`,
    backgroundPosition: `${first(x)} ${first(y)}`,
  };
}
