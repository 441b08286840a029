/**
 * How the picture of all objects follows the viewport (rules BO6, BO21). It is drawn on a sheet at one
 * zoom, with the objects of a window that is larger than what is seen. Moving the board moves the sheet;
 * other objects come on it when what is seen leaves the window. While a zoom goes on the sheet is only
 * stretched, and is drawn anew, with the objects that are wanted then, when the hand rests. Pure.
 */
import type { Box } from "../../../../convex/contract/boardOps.ts";
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
/** How small it may become: more of it than is seen would have to be painted. */
const MIN_GROWTH = 1 / 2;
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

/** What was drawn last. */
export interface Picture {
  sheet: Sheet;
  /** Objects outside are not on it. */
  window: Box;
}

export function pictureAround(viewport: Viewport, size: Size): Picture {
  return { sheet: sheetAround(viewport, size), window: windowAround(seenBox(viewport, size)) };
}

/** What to draw for what is seen: the same picture where it will do, also for the rest of a zoom. */
export function nextPicture(
  picture: Picture,
  viewport: Viewport,
  size: Size,
  isZooming: boolean,
): Picture {
  const { sheet, window } = picture;
  const seen = seenBox(viewport, size);
  const growth = viewport.zoom / sheet.zoom;
  if (isZooming && growth !== 1) return picture;
  const isSheetFit = growth === 1 && contains(sheetBox(sheet), seen);
  const isWindowFit = windowFits(window, seen);
  if (isSheetFit && isWindowFit) return picture;
  return {
    sheet: isSheetFit ? sheet : sheetAround(viewport, size),
    window: isWindowFit ? window : windowAround(seen),
  };
}

/** Whether the picture shows all that is seen, at a size at which it is worth being shown. */
export function standsFor({ sheet, window }: Picture, viewport: Viewport, size: Size): boolean {
  const isLarge = viewport.zoom / sheet.zoom >= MIN_GROWTH;
  return isLarge && contains(window, seenBox(viewport, size));
}

function sheetBox({ x, y, zoom }: Sheet): Box {
  return { x, y, width: SHEET_SIDE / zoom, height: SHEET_SIDE / zoom };
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
