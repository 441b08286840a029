/**
 * The board as one bitmap, shown instead of its objects while a hand zooms out further than they are drawn
 * (rule BO21): drawn as the board is when it is needed, and only moved and stretched for as long as it is
 * shown. It is kept for the next time, since most zooms follow one another on the same board.
 */
import { useLayoutEffect, useRef, useState } from "react";
import type { Box, CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { useIsDark } from "../../shell/useIsDark.ts";
import type { BoardScene } from "../link/boardScene.ts";
import { drawOverview, overviewScale } from "./drawOverview.ts";
import { useMovedLayer } from "./useMovedLayer.ts";
import { toScreen, type Viewport } from "./viewport.ts";

const NOWHERE: Box = { x: 0, y: 0, width: 1, height: 1 };

interface OverviewLayerProps {
  scene: BoardScene;
  viewport: Viewport;
  isShown: boolean;
}

/** What the bitmap shows. */
interface Overview {
  objects: readonly CanvasObject[];
  extent: Box;
  isDark: boolean;
}

export function OverviewLayer({ scene, viewport, isShown }: OverviewLayerProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const isDark = useIsDark();
  const [wasShown, setWasShown] = useState(false);
  const [overview, setOverview] = useState<Overview>({ objects: [], extent: NOWHERE, isDark });
  if (isShown !== wasShown) {
    setWasShown(isShown);
    const objects = scene.list();
    const isSame = overview.objects === objects && overview.isDark === isDark;
    if (isShown && !isSame) setOverview({ objects, extent: scene.extent() ?? NOWHERE, isDark });
  }
  const { extent } = overview;
  const scale = overviewScale(extent);
  const { x, y } = toScreen(viewport, extent);
  useLayoutEffect(() => {
    if (canvas.current) draw(canvas.current, overview);
  }, [overview]);
  useMovedLayer(canvas, `translate3d(${x}px, ${y}px, 0) scale(${viewport.zoom / scale})`);
  return (
    <canvas
      ref={canvas}
      className="board-layer"
      width={Math.ceil(extent.width * scale)}
      height={Math.ceil(extent.height * scale)}
      style={{ opacity: isShown ? 1 : 0 }}
    />
  );
}

function draw(canvas: HTMLCanvasElement, { objects, extent }: Overview): void {
  const brush = canvas.getContext("2d");
  const scale = overviewScale(extent);
  brush?.reset(); // its size may be the same as before
  brush?.setTransform(scale, 0, 0, scale, -extent.x * scale, -extent.y * scale);
  if (brush) drawOverview(brush, objects, inksOf(canvas));
}

/** Colours of the page follow its theme, which a canvas does not know. */
function inksOf(canvas: HTMLCanvasElement): (colour: string) => string {
  const known = new Map<string, string>();
  return (colour) => {
    const before = known.get(colour);
    if (before !== undefined) return before;
    canvas.style.color = colour;
    const ink = getComputedStyle(canvas).color;
    known.set(colour, ink);
    return ink;
  };
}
