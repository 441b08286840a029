/** Root types beside the guarded maps, when a version of the board is restored (rule BH14). */
import * as Y from "yjs";
import type { GuardedMap } from "./guardedMap.ts";

/**
 * Applies an update of the document's own to other root types, amid a transaction; returns how many it changes.
 * A version may hold edits that only a dying companion had: of the guarded maps none is taken so.
 */
export function takeOtherRoots(
  transaction: Y.Transaction,
  guarded: readonly GuardedMap[],
  update: Uint8Array,
): number {
  Y.applyUpdate(transaction.doc, update);
  transaction.local = true; // else Yjs would take what is written of its own client id for a stolen one
  for (const map of guarded) {
    for (const key of transaction.changed.get(map.shared as never) ?? []) {
      const change = key === null ? undefined : map.changeOf(key);
      if (change !== undefined) map.put(change.key, change.before);
    }
  }
  const roots = new Set([...transaction.changed.keys()].map(rootOf));
  for (const { shared } of guarded) roots.delete(shared);
  return roots.size;
}

/** The root type that a type is, or lies in. */
function rootOf(type: unknown): unknown {
  let root = type as Y.AbstractType<unknown>;
  while (root._item !== null) root = root._item.parent as Y.AbstractType<unknown>;
  return root;
}
