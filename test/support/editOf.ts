/** What a change of a document looks like on the wire. */
import type * as Y from "yjs";

/** Makes the change and returns its update; an empty one if it changed nothing. */
export function editOf(doc: Y.Doc, change: () => void): Uint8Array {
  const updates: Uint8Array[] = [];
  const collect = (update: Uint8Array) => updates.push(update);
  doc.on("update", collect);
  doc.transact(change);
  doc.off("update", collect);
  return updates[0] ?? new Uint8Array([0, 0]);
}
