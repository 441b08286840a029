/**
 * All objects as one picture that is moved and stretched as a whole: only the objects in and around what
 * is seen are in it, and while the board is moved nothing of it is drawn anew (rules BO5, BO6).
 */
import { memo, useEffect, useMemo, useState } from "react";
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import type { BoardScene } from "./boardScene.ts";
import { Drawing } from "./Drawing.tsx";
import { covers, layerTransform, windowAround, type LayerWindow } from "./layerWindow.ts";
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
  const window = useLayerWindow(viewport, size);
  return (
    <div className="board-layer" style={{ transform: layerTransform(window, viewport) }}>
      <LayerPicture scene={scene} objects={objects} hidden={hidden} window={window} />
    </div>
  );
}

function useLayerWindow(viewport: Viewport, size: Size): LayerWindow {
  const [window, setWindow] = useState(() => windowAround(viewport, size));
  const isFit = covers(window, viewport, size);
  const next = isFit ? window : windowAround(viewport, size);
  if (!isFit) setWindow(next);
  const isStretched = next.zoom !== viewport.zoom;
  useEffect(() => {
    if (!isStretched) return;
    const timer = setTimeout(() => setWindow(windowAround(viewport, size)), REST_MS);
    return () => clearTimeout(timer);
  }, [isStretched, viewport, size]);
  return next;
}

interface LayerPictureProps extends Omit<ObjectLayerProps, "viewport" | "size"> {
  window: LayerWindow;
}

const LayerPicture = memo(function LayerPicture(props: LayerPictureProps) {
  const { scene, objects, hidden, window } = props;
  const { x, y, width, height, zoom } = window;
  const seen = useSeenObjects(scene, objects, window);
  return (
    <svg
      className="board-svg"
      aria-hidden="true"
      width={width * zoom}
      height={height * zoom}
      style={paperStyle(window)}
    >
      <g transform={`scale(${zoom}) translate(${-x} ${-y})`}>
        <Drawing objects={seen} hidden={hidden} zoom={zoom} />
      </g>
    </svg>
  );
});

/** The objects of the window; `objects` is what makes the answer a new one. */
function useSeenObjects(
  scene: BoardScene,
  objects: readonly CanvasObject[],
  window: LayerWindow,
): readonly CanvasObject[] {
  return useMemo(() => {
    const seen = scene.within(window);
    return seen.length === objects.length ? objects : seen;
  }, [scene, objects, window]);
}

/** Dots that lie on the paper; far out every fourth one is left, so that they never become a grey. */
function paperStyle({ x, y, zoom }: LayerWindow) {
  const gap = DOT_GAP * zoom * (zoom < 0.5 ? 4 : 1);
  return {
    backgroundSize: `${gap}px ${gap}px`,
    backgroundPosition: `${-x * zoom}px ${-y * zoom}px`,
  };
}
