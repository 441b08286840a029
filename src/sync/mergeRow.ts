/**
 * One row for the store out of what was drawn since the last one. Few small updates are merged as they
 * are. When much was drawn, most of it is over already (an object that is dragged leaves a value at every
 * step), and merging would carry it all; then what is left of it is read from the document, which also is
 * several times cheaper than decoding every update again.
 */
import * as Y from "yjs";
import type { BoardState } from "./boardSaver.ts";

/** Below this a document's list of deletions, which every reading brings along, may outweigh the updates. */
const LARGE_BYTES = 32 * 1024;

/**
 * @param encode what a board lacks that holds a state vector's worth, without what waits unjudged
 * @param before what the document held before the first of `updates`, all of which it holds now
 */
export function mergeRow(
  encode: (stateVector: Uint8Array) => Uint8Array,
  updates: Uint8Array[],
  before: BoardState,
): Uint8Array {
  const bytes = updates.reduce((sum, { byteLength }) => sum + byteLength, 0);
  if (bytes < LARGE_BYTES) return Y.mergeUpdates(updates);
  const left = encode(Y.encodeStateVector(new Map(before)));
  return left.byteLength < bytes ? left : Y.mergeUpdates(updates);
}
