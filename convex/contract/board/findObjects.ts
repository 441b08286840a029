/**
 * Finds objects on a board by what they are marked with, where they are and what they say; all filters
 * given must fit (rule BV5). Boxes are half-open: what only touches the place asked for is not in it. A
 * place without width or height is a line or a point, which lies in the boxes around it.
 */
import type { BoardView, Box, CanvasObject } from "../boardOps.ts";
import { extentOf } from "./objectExtent.ts";

export interface ObjectQuery {
  /**
   * Values that must be equal: `role` or `meta.role` in the metadata, `style.fill` one level into that
   * field of the object. Nothing = all fit.
   */
  metadata?: Readonly<Record<string, unknown>>;
  within?: Box;
  /** Words that must all occur in text or label, whatever their case and accents. */
  text?: string;
}

/** In the order of the board. */
export function findObjects(board: BoardView, query: ObjectQuery): CanvasObject[] {
  const { within, metadata = {}, text = "" } = query;
  const words = folded(text).split(/\s+/).filter(Boolean);
  const candidates =
    within === undefined ? [...board.objects.values()] : objectsWithin(board, within);
  return candidates.filter((object) => {
    if (!Object.entries(metadata).every(([path, value]) => valueAt(object, path) === value)) {
      return false;
    }
    const said = words.length === 0 ? "" : folded(`${object.text ?? ""} ${object.label ?? ""}`);
    return words.every((word) => said.includes(word));
  });
}

/** What covers some of the place. */
export function objectsWithin(board: BoardView, place: Box): CanvasObject[] {
  return [...board.objects.values()].filter((object) => meets(place, extentOf(object)));
}

/** The fields of an object that were asked for, and always its id. */
export function pickFields(
  object: CanvasObject,
  fields: readonly string[],
): Record<string, unknown> {
  const picked = fields.filter((field) => Object.hasOwn(object, field));
  return { id: object.id, ...Object.fromEntries(picked.map((field) => [field, object[field]])) };
}

/** Whether two half-open boxes share a point, where one without extent stands for its edge. */
export function meets(a: Box, b: Box): boolean {
  return meetsAlong(a.x, a.width, b.x, b.width) && meetsAlong(a.y, a.height, b.y, b.height);
}

function meetsAlong(a: number, aLength: number, b: number, bLength: number): boolean {
  if (a === b) return true;
  return a < b ? b < a + aLength : a < b + bLength;
}

function valueAt(object: CanvasObject, path: string): unknown {
  const dot = path.indexOf(".");
  const room = dot === -1 ? "meta" : path.slice(0, dot);
  const inside: unknown = room === "meta" ? object.metadata : object[room];
  if (typeof inside !== "object" || inside === null) return undefined;
  return (inside as Record<string, unknown>)[path.slice(dot + 1)];
}

function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
