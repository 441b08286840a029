/** What a new schema changes about the indexes of a component, in the words of Convex's tools. Pure. */
import type { IndexDefinition, Schema } from "../schema/schema.ts";
import { isSameIndex } from "../store/catalog.ts";

type IndexKind =
  | { type: "database"; fields: readonly string[] }
  | { type: "search"; searchField: string; filterFields: readonly string[] }
  | {
      type: "vector";
      dimensions: number;
      vectorField: string;
      filterFields: readonly string[];
    };
/** `name` is "table.index". */
export type DescribedIndex = IndexKind & { name: string; staged: boolean };

export type IndexDiff = {
  added_indexes: DescribedIndex[];
  removed_indexes: DescribedIndex[];
  /** Staged before, in use from now on; and the other way round. */
  enabled_indexes: DescribedIndex[];
  disabled_indexes: DescribedIndex[];
};

export type IndexChange = "added" | "identical" | "enabled" | "disabled" | "dropped";

/** Every index that there is or will be, with what becomes of it; a changed one is dropped and added. */
export function indexChanges(
  from: Schema,
  to: Schema,
): { index: DescribedIndex; table: string; change: IndexChange }[] {
  const changes: { index: DescribedIndex; table: string; change: IndexChange }[] = [];
  for (const table of new Set([...from.tables.keys(), ...to.tables.keys()])) {
    const old = indexesOf(from, table);
    const next = indexesOf(to, table);
    for (const definition of old.values()) {
      const successor = next.get(definition.name);
      if (successor !== undefined && isSameIndex(definition, successor)) continue;
      changes.push({ index: described(table, definition), table, change: "dropped" });
    }
    for (const definition of next.values()) {
      const change = changeOf(old.get(definition.name), definition);
      changes.push({ index: described(table, definition), table, change });
    }
  }
  return changes;
}

export function indexDiff(from: Schema, to: Schema): IndexDiff {
  const changes = indexChanges(from, to);
  const that = (kind: IndexChange): DescribedIndex[] =>
    changes.filter(({ change }) => change === kind).map(({ index }) => index);
  return {
    added_indexes: that("added"),
    removed_indexes: that("dropped"),
    enabled_indexes: that("enabled"),
    disabled_indexes: that("disabled"),
  };
}

function indexesOf(schema: Schema, table: string): Map<string, IndexDefinition> {
  const indexes = schema.tables.get(table)?.indexes ?? [];
  return new Map(indexes.map((index) => [index.name, index]));
}

function changeOf(old: IndexDefinition | undefined, next: IndexDefinition): IndexChange {
  if (old === undefined || !isSameIndex(old, next)) return "added";
  if (old.isStaged === next.isStaged) return "identical";
  return next.isStaged ? "disabled" : "enabled";
}

function described(table: string, index: IndexDefinition): DescribedIndex {
  const common = { name: `${table}.${index.name}`, staged: index.isStaged };
  switch (index.kind) {
    case "db":
      return { ...common, type: "database", fields: index.fields };
    case "search": {
      const { searchField, filterFields } = index;
      return { ...common, type: "search", searchField, filterFields };
    }
    case "vector": {
      const { dimensions, vectorField, filterFields } = index;
      return { ...common, type: "vector", dimensions, vectorField, filterFields };
    }
  }
}
