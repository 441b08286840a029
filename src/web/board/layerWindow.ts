/**
 * Which part of the board the layer of objects holds, and at which zoom it was drawn. The layer is larger
 * than what is seen, so that moving the board only moves a finished picture; a zoom that goes on stretches
 * the picture, and it is drawn anew when it left its bounds or the hand rests (rule BO6). Pure.
 */
import type { Box } from "../../../convex/contract/boardOps.ts";
import type { Size, Viewport } from "./viewport.ts";

export interface LayerWindow extends Box {
  /** Screen pixels a board pixel, when it was drawn. */
  zoom: number;
}

/** Of the seen width and height, on each side. Larger windows are drawn seldomer but take longer. */
const MARGIN = 0.4;
/** How far a picture may be stretched or shrunk before it is drawn anew in the middle of a zoom. */
const MAX_STRETCH = 2;

/** The window around what is seen now. */
export function windowAround(viewport: Viewport, size: Size): LayerWindow {
  const { zoom } = viewport;
  const [width, height] = [size.width / zoom, size.height / zoom];
  return {
    x: viewport.x - MARGIN * width,
    y: viewport.y - MARGIN * height,
    width: width * (1 + 2 * MARGIN),
    height: height * (1 + 2 * MARGIN),
    zoom,
  };
}

/** Whether the window can still stand for what is seen. */
export function covers(window: LayerWindow, viewport: Viewport, size: Size): boolean {
  const stretch = viewport.zoom / window.zoom;
  if (stretch > MAX_STRETCH || stretch < 1 / MAX_STRETCH) return false;
  return (
    viewport.x >= window.x &&
    viewport.y >= window.y &&
    viewport.x + size.width / viewport.zoom <= window.x + window.width &&
    viewport.y + size.height / viewport.zoom <= window.y + window.height
  );
}

/** The CSS transform that puts the drawn window where the viewport has it. */
export function layerTransform(window: LayerWindow, viewport: Viewport): string {
  const scale = viewport.zoom / window.zoom;
  const left = (window.x - viewport.x) * viewport.zoom;
  const top = (window.y - viewport.y) * viewport.zoom;
  // whole pixels, or a finished picture would be blurred by its place
  const move = `translate3d(${Math.round(left)}px, ${Math.round(top)}px, 0)`;
  return scale === 1 ? move : `${move} scale(${scale})`;
}
