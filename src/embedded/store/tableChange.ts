/** What a change of schemas comes to for one table. Pure but for the numbers that new indexes are given. */
import type { ValidatorJSON } from "convex/values";
import type { IndexDefinition } from "../schema/schema.ts";
import { isSameIndex, type Catalog, type Index, type Table } from "./catalog.ts";

export interface TableChange {
  table: Table;
  added: Index[];
  removed: Index[];
  /** Existing indexes of which only the staging changes. */
  kept: { index: Index; definition: IndexDefinition }[];
  /** The new type if stored documents have to be checked against it. */
  unchecked: ValidatorJSON | null;
  isWalked: boolean;
}

/**
 * Compares the indexes that a schema declares for a table with those that the table has. `unchecked`: the
 * new type, if stored documents have to be checked against it. An index that is declared otherwise than
 * before is removed and added.
 */
export function planTableChange(
  catalog: Catalog,
  table: Table,
  declared: readonly IndexDefinition[],
  unchecked: ValidatorJSON | null,
): TableChange {
  const change: TableChange = {
    ...{ table, added: [], removed: [], kept: [], unchecked },
    isWalked: false,
  };
  const names = new Set(declared.map(({ name }) => name));
  for (const definition of declared) {
    const existing = table.indexes.get(definition.name);
    if (existing !== undefined && isSameIndex(existing.definition, definition)) {
      change.kept.push({ index: existing, definition });
    } else {
      if (existing !== undefined) change.removed.push(existing);
      change.added.push(catalog.newIndex(definition));
    }
  }
  for (const index of table.indexes.values()) {
    if (!names.has(index.name)) change.removed.push(index);
  }
  return change;
}
