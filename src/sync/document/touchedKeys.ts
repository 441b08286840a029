/**
 * Which keys of a document's guarded maps one of many updates touches that are applied in one transaction:
 * `setAside` before it is applied, `touchedKeys` after. The transaction goes on knowing of all that has changed.
 */
import type * as Y from "yjs";
import type { GuardedMap } from "./guardedMap.ts";

/** The keys of each map that changed before, in order of the maps; null stands for list content. */
type Earlier = readonly (Set<string | null> | undefined)[];

function changesIn(transaction: Y.Transaction): Map<unknown, Set<string | null>> {
  return transaction.changed as Map<unknown, Set<string | null>>;
}

export function setAside(transaction: Y.Transaction, maps: readonly GuardedMap[]): Earlier {
  const changed = changesIn(transaction);
  const earlier = maps.map(({ shared }) => changed.get(shared));
  for (const { shared } of maps) changed.delete(shared);
  return earlier;
}

/** `earlier`: as `setAside` gave it. */
export function touchedKeys(
  transaction: Y.Transaction,
  maps: readonly GuardedMap[],
  earlier: Earlier,
): [GuardedMap, string[]][] {
  const changed = changesIn(transaction);
  return maps.map((map, i) => {
    const touched = [...(changed.get(map.shared) ?? [])];
    const before = earlier[i];
    if (before !== undefined) changed.set(map.shared, new Set([...before, ...touched]));
    // No client can see list content under a map's name.
    return [map, touched.filter((key) => key !== null)];
  });
}
