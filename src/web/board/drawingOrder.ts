/**
 * Which object lies over which, the same on every screen: by the time it was put on the board, ties
 * and objects without a time by id. The map itself has no order that all clients share. Pure.
 */
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";

/** ms since epoch by the drawer's clock; objects that do not say lie at the bottom. */
export function drawnAt(object: CanvasObject): number {
  return object.metadata?.drawnAt ?? 0;
}

/** Negative when `a` lies under `b`; 0 only for the same id. */
export function byDrawingOrder(a: CanvasObject, b: CanvasObject): number {
  return drawnAt(a) - drawnAt(b) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
