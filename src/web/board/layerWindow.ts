/**
 * How the picture of all objects follows the viewport (rule BO6). It is drawn on a sheet at one zoom, and
 * moving the board moves the sheet; a zoom that goes on stretches the sheet, which is drawn anew when the
 * hand rests. On the sheet are the objects of a window that is larger than what is seen; it changes only
 * when what is seen leaves it or is a small part of it, so that objects come and go seldom. Pure.
 */
import type { Box } from "../../../convex/contract/boardOps.ts";
import type { Size, Viewport } from "./viewport.ts";

export interface Sheet {
  /** The board position of its left top corner. */
  x: number;
  y: number;
  /** Screen pixels a board pixel, as it was drawn. */
  zoom: number;
}

/** Screen pixels; the browser draws only the part of it that is near what is seen. */
export const SHEET_SIDE = 16_000;
/** How far a picture may be stretched or shrunk before it is drawn anew in the middle of a zoom. */
const MAX_STRETCH = 2;
/** Of the seen width and height, on each side of the window. */
const MARGIN = 0.6;
/** How much wider than a new one a window may be: after a look at the whole board it would hold all of it. */
const MAX_SLACK = 2;

export function sheetAround({ x, y, zoom }: Viewport, size: Size): Sheet {
  return {
    x: x - (SHEET_SIDE - size.width) / 2 / zoom,
    y: y - (SHEET_SIDE - size.height) / 2 / zoom,
    zoom,
  };
}

/** Whether the sheet can still stand for what is seen. */
export function sheetCovers(sheet: Sheet, viewport: Viewport, size: Size): boolean {
  const stretch = viewport.zoom / sheet.zoom;
  if (stretch > MAX_STRETCH || stretch < 1 / MAX_STRETCH) return false;
  const side = SHEET_SIDE / sheet.zoom;
  return contains({ x: sheet.x, y: sheet.y, width: side, height: side }, seenBox(viewport, size));
}

/** The part of the board that is seen. */
export function seenBox({ x, y, zoom }: Viewport, size: Size): Box {
  return { x, y, width: size.width / zoom, height: size.height / zoom };
}

/** Of which objects the sheet shows those that are there: what is seen, and around it. */
export function windowAround(seen: Box): Box {
  return {
    x: seen.x - MARGIN * seen.width,
    y: seen.y - MARGIN * seen.height,
    width: seen.width * (1 + 2 * MARGIN),
    height: seen.height * (1 + 2 * MARGIN),
  };
}

/** Whether a window can still stand for what is seen, without far more objects than that takes. */
export function windowFits(window: Box, seen: Box): boolean {
  return contains(window, seen) && window.width <= MAX_SLACK * windowAround(seen).width;
}

export function contains(outer: Box, inner: Box): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

/** The CSS transform that puts the sheet where the viewport has it. */
export function sheetTransform(sheet: Sheet, viewport: Viewport): string {
  const scale = viewport.zoom / sheet.zoom;
  const left = (sheet.x - viewport.x) * viewport.zoom;
  const top = (sheet.y - viewport.y) * viewport.zoom;
  // whole pixels, or a finished picture would be blurred by its place
  const move = `translate3d(${Math.round(left)}px, ${Math.round(top)}px, 0)`;
  return scale === 1 ? move : `${move} scale(${scale})`;
}
