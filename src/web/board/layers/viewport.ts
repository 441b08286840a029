/**
 * What part of the board is seen, and how large. Pure. Screen positions are CSS pixels within the
 * board's element, board positions are the contract's pixels: screen = (board − origin) × zoom.
 */
import type { Box } from "../../../../convex/contract/boardOps.ts";

export interface Point {
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

export interface Viewport {
  x: number; // the board position at the element's left top corner
  y: number;
  zoom: number;
}

export const MIN_ZOOM = 0.08;
export const MAX_ZOOM = 6;
const FIT_MARGIN = 32; // screen pixels kept free around what is fitted
const MAX_FIT_ZOOM = 1.5; // a lone dot must not fill the screen

export function toBoard(viewport: Viewport, screen: Point): Point {
  return {
    x: viewport.x + screen.x / viewport.zoom,
    y: viewport.y + screen.y / viewport.zoom,
  };
}

export function toScreen(viewport: Viewport, board: Point): Point {
  return {
    x: (board.x - viewport.x) * viewport.zoom,
    y: (board.y - viewport.y) * viewport.zoom,
  };
}

/** Moves the paper by screen pixels. */
export function panBy(viewport: Viewport, dx: number, dy: number): Viewport {
  return { ...viewport, x: viewport.x - dx / viewport.zoom, y: viewport.y - dy / viewport.zoom };
}

/** Zooms so that what is under `screen` stays under it. */
export function zoomAt(viewport: Viewport, screen: Point, factor: number): Viewport {
  const zoom = clampZoom(viewport.zoom * factor);
  const fixed = toBoard(viewport, screen);
  return { x: fixed.x - screen.x / zoom, y: fixed.y - screen.y / zoom, zoom };
}

/** What tools cover of the element at each side, in screen pixels. */
export interface Insets {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

/** Shows all of `box` in what the insets leave free, centred, as large as is sensible or at `maxZoom`. */
export function fitBox(
  box: Box,
  size: Size,
  insets: Insets,
  maxZoom: number = MAX_FIT_ZOOM,
): Viewport {
  const width = Math.max(1, size.width - insets.left - insets.right);
  const height = Math.max(1, size.height - insets.top - insets.bottom);
  const zoom = clampZoom(
    Math.min(
      maxZoom,
      (width - 2 * FIT_MARGIN) / Math.max(box.width, 1),
      (height - 2 * FIT_MARGIN) / Math.max(box.height, 1),
    ),
  );
  return {
    x: box.x + box.width / 2 - (insets.left + width / 2) / zoom,
    y: box.y + box.height / 2 - (insets.top + height / 2) / zoom,
    zoom,
  };
}

/** The same where `box` is seen whole beside the insets, else with it in the middle, smaller only if it must be. */
export function revealBox(viewport: Viewport, box: Box, size: Size, insets: Insets): Viewport {
  const { left, top, right, bottom } = insets;
  const start = toScreen(viewport, box);
  const end = toScreen(viewport, { x: box.x + box.width, y: box.y + box.height });
  const isSeen =
    start.x >= left &&
    start.y >= top &&
    end.x <= size.width - right &&
    end.y <= size.height - bottom;
  return isSeen ? viewport : fitBox(box, size, insets, viewport.zoom);
}

function clampZoom(zoom: number): number {
  return Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, zoom));
}
