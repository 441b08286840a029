/**
 * All objects as one picture that is moved and stretched as a whole: only the objects in and around what
 * is seen are in it, and while the board is moved nothing of it is drawn anew (rules BO5, BO6).
 */
import { memo, useEffect, useMemo, useState } from "react";
import type { Box, CanvasObject } from "../../../convex/contract/boardOps.ts";
import type { BoardScene } from "./boardScene.ts";
import { Drawing } from "./Drawing.tsx";
import {
  seenBox,
  sheetAround,
  sheetCovers,
  SHEET_SIDE,
  sheetTransform,
  windowAround,
  windowFits,
  type Sheet,
} from "./layerWindow.ts";
import type { Size, Viewport } from "./viewport.ts";

const REST_MS = 140; // after the last step of a zoom
const DOT_GAP = 32; // board pixels between the dots of the paper

interface ObjectLayerProps {
  scene: BoardScene;
  /** The scene's list, which is another one when something changed. */
  objects: readonly CanvasObject[];
  hidden: ReadonlySet<string> | undefined;
  viewport: Viewport;
  size: Size;
}

export function ObjectLayer({ scene, objects, hidden, viewport, size }: ObjectLayerProps) {
  const sheet = useSheet(viewport, size);
  const window = useWindow(seenBox(viewport, size));
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the scene answers anew when its list is another one
  const seen = useMemo(() => scene.within(window), [scene, objects, window]);
  return (
    <div className="board-layer" style={{ transform: sheetTransform(sheet, viewport) }}>
      <Picture objects={seen} hidden={hidden} sheet={sheet} />
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

/** The same box until what is seen leaves it, or is a small part of it. */
function useWindow(seen: Box): Box {
  const [window, setWindow] = useState(() => windowAround(seen));
  if (windowFits(window, seen)) return window;
  const next = windowAround(seen);
  setWindow(next);
  return next;
}

interface PictureProps {
  objects: readonly CanvasObject[];
  hidden: ReadonlySet<string> | undefined;
  sheet: Sheet;
}

const Picture = memo(function Picture({ objects, hidden, sheet }: PictureProps) {
  const { x, y, zoom } = sheet;
  return (
    <svg
      className="board-svg"
      aria-hidden="true"
      width={SHEET_SIDE}
      height={SHEET_SIDE}
      style={paperStyle(sheet)}
    >
      <g transform={`scale(${zoom}) translate(${-x} ${-y})`}>
        <Drawing objects={objects} hidden={hidden} zoom={zoom} />
      </g>
    </svg>
  );
});

/** Dots that lie on the paper; far out every fourth one is left, so that they never become a grey. */
function paperStyle({ x, y, zoom }: Sheet) {
  const gap = DOT_GAP * zoom * (zoom < 0.5 ? 4 : 1);
  const first = (at: number) => `${-(at * zoom) % gap}px`;
  return {
    backgroundSize: `${gap}px ${gap}px`,
    backgroundPosition: `${first(x)} ${first(y)}`,
  };
}
