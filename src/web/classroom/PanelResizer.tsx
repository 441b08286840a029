/** The border between board and panel: dragged, or moved with the arrow keys. */
import { MAX_PANEL_WIDTH, MIN_PANEL_WIDTH } from "./usePanelWidth.ts";

const KEY_STEP = 24;

export function PanelResizer({ width, onWidth }: { width: number; onWidth: (w: number) => void }) {
  return (
    <div
      className="panel-resizer"
      role="separator"
      aria-label="Width of the panel"
      aria-orientation="vertical"
      aria-valuenow={width}
      aria-valuemin={MIN_PANEL_WIDTH}
      aria-valuemax={MAX_PANEL_WIDTH}
      tabIndex={0}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) {
          onWidth(window.innerWidth - event.clientX);
        }
      }}
      onKeyDown={(event) => {
        if (event.key === "ArrowLeft") onWidth(width + KEY_STEP);
        if (event.key === "ArrowRight") onWidth(width - KEY_STEP);
      }}
    />
  );
}
