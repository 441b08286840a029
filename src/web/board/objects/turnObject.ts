/** Objects turned by a hand: each around the middle of all that is turned. Pure (rule BO16). */
import { boxOf } from "../../../../convex/contract/board/objectBox.ts";
import type { Box, CanvasObject } from "../../../../convex/contract/boardOps.ts";
import { moveObject, round } from "./objectGeometry.ts";
import type { Point } from "../layers/viewport.ts";

export const TURN_STEP = 15; // degrees; of a key, and of a hand that holds Shift

export function middleOf({ x, y, width, height }: Box): Point {
  return { x: x + width / 2, y: y + height / 2 };
}

/** The point as it lies after a turn by so many degrees, clockwise, around `centre`. */
export function turnPoint(point: Point, centre: Point, degrees: number): Point {
  const radians = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  const [dx, dy] = [point.x - centre.x, point.y - centre.y];
  return { x: centre.x + dx * cos - dy * sin, y: centre.y + dx * sin + dy * cos };
}

/** The object turned by so many degrees, clockwise; what stands straight says no angle. */
export function turnObject(object: CanvasObject, centre: Point, degrees: number): CanvasObject {
  const middle = middleOf(boxOf(object));
  const goal = turnPoint(middle, centre, degrees);
  const { angle: before, ...moved } = moveObject(object, goal.x - middle.x, goal.y - middle.y);
  const angle = round(wholeTurn((before ?? 0) + degrees));
  return { ...moved, ...(angle === 0 ? {} : { angle }) };
}

/**
 * Where `next` must lie for a turned object of that size to leave a corner where it is seen: one that the
 * straight boxes `before` and `next` have in common. What is turned turns around its middle, which moved.
 */
export function heldAtCorner(next: Box, before: Box, degrees: number): Box {
  const middle = middleOf(next);
  const turned = turnPoint(middle, middleOf(before), degrees);
  return { ...next, x: next.x + turned.x - middle.x, y: next.y + turned.y - middle.y };
}

/** In -180 … 180. */
function wholeTurn(degrees: number): number {
  const rest = ((degrees % 360) + 360) % 360;
  return rest > 180 ? rest - 360 : rest;
}

/** How far `to` is turned from `from` around `centre`, in degrees clockwise. */
export function turnBetween(centre: Point, from: Point, to: Point): number {
  const angleOf = (point: Point) => Math.atan2(point.y - centre.y, point.x - centre.x);
  return ((angleOf(to) - angleOf(from)) * 180) / Math.PI;
}
