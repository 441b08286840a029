/** How wide this person likes the panel, kept in this browser. */
import { useState } from "react";

export const MIN_PANEL_WIDTH = 340;
export const MAX_PANEL_WIDTH = 720;
const USUAL_WIDTH = 432;
const KEY = "lectern.panelWidth";

export function usePanelWidth(): [number, (width: number) => void] {
  const [width, setWidth] = useState(() => clamp(Number(localStorage.getItem(KEY)) || USUAL_WIDTH));
  return [
    width,
    (next) => {
      setWidth(clamp(next));
      localStorage.setItem(KEY, String(clamp(next)));
    },
  ];
}

function clamp(width: number): number {
  return Math.min(MAX_PANEL_WIDTH, Math.max(MIN_PANEL_WIDTH, Math.round(width)));
}
