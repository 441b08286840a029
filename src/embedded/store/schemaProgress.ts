/** How far a change of schemas has come, for those who wait for it. Pure. */
import type { Index, Table } from "./catalog.ts";

export interface SchemaProgress {
  /** Every stored document has been looked at. */
  isChecked: boolean;
  indexesReady: number;
  indexesTotal: number;
}

interface WalkedTable {
  readonly table: Pick<Table, "component">;
  readonly added: readonly Index[];
  /** Not null: documents have to be checked. */
  readonly unchecked: unknown;
  readonly isWalked: boolean;
}

/** By component. */
export function schemaProgress(changes: readonly WalkedTable[]): Map<string, SchemaProgress> {
  const components = new Map<string, SchemaProgress>();
  for (const { table, added, unchecked, isWalked } of changes) {
    const none = { isChecked: true, indexesReady: 0, indexesTotal: 0 };
    const sofar = components.get(table.component) ?? none;
    components.set(table.component, {
      isChecked: sofar.isChecked && (isWalked || unchecked === null),
      indexesReady: sofar.indexesReady + (isWalked ? added.length : 0),
      indexesTotal: sofar.indexesTotal + added.length,
    });
  }
  return components;
}
