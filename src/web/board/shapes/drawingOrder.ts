/**
 * Which object lies over which, the same on every screen: by the time it was put on the board, ties
 * and objects without a time by id. The map itself has no order that all clients share. Pure.
 */
import type { CanvasObject } from "../../../../convex/contract/boardOps.ts";

/** Of dates; far enough from where numbers no longer tell one millisecond from the next. */
const LAST_INSTANT_MS = 8.64e15;
/** Clocks of honest drawers run ahead by less. */
const MAX_AHEAD_MS = 24 * 60 * 60 * 1000;

/** ms since epoch by the drawer's clock; objects that do not say lie at the bottom. */
export function drawnAt(object: CanvasObject): number {
  const at = object.metadata?.drawnAt ?? 0;
  return Math.min(LAST_INSTANT_MS, Math.max(-LAST_INSTANT_MS, at));
}

/**
 * What something new is to lie over. An object from the far future stays above all, but does not take
 * what is drawn later with it, where nobody could tell any more what was drawn after what.
 */
export function topmost(ordered: readonly CanvasObject[], now: number): CanvasObject | undefined {
  return ordered.findLast((object) => drawnAt(object) <= now + MAX_AHEAD_MS);
}

/** Negative when `a` lies under `b`; 0 only for the same id. */
export function byDrawingOrder(a: CanvasObject, b: CanvasObject): number {
  return drawnAt(a) - drawnAt(b) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
