/**
 * What a person looks for on a board: objects by the words that stand in them, or by what they are and
 * where ("circle", "top left", "by Ada"). Pure (rule BO18).
 */
import { findObjects } from "../../../../convex/contract/board/findObjects.ts";
import type { BoardView, CanvasObject } from "../../../../convex/contract/boardOps.ts";

/** One object of the list, and its sentence (describeObject). */
export interface ListedObject {
  object: CanvasObject;
  sentence: string;
}

/** In the order of the list; all of it when nothing is looked for. */
export function searchObjects(
  listed: readonly ListedObject[],
  board: BoardView,
  text: string,
): readonly ListedObject[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return listed;
  const saying = new Set(findObjects(board, { text }).map(({ id }) => id));
  return listed.filter(({ object, sentence }) => {
    if (saying.has(object.id)) return true;
    const described = sentence.toLowerCase();
    return words.every((word) => described.includes(word));
  });
}
