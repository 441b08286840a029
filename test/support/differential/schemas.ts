/** Generates descriptions of schemas; buildSchema.ts makes the schemas that they stand for. */
import fc from "fast-check";

export const TABLES = ["a", "b", "loose"] as const;

/** How strictly a table of the schema describes its documents; `loose` is not in the schema at all. */
export type Shape = "object" | "union" | "any";

export interface TableSpec {
  readonly shape: Shape;
  /** Fields of each index, in order; its name is `by_` and their names. */
  readonly indexes: readonly (readonly string[])[];
}

export interface SchemaSpec {
  readonly isValidated: boolean;
  readonly tables: Readonly<Record<"a" | "b", TableSpec>>;
}

/** What an index may be of; `r` holds ids of one table. */
const INDEXABLE = ["n", "s", "o", "u", "x", "d.k", "d.l", "d", "r"] as const;

export function indexName(fields: readonly string[]): string {
  return `by_${fields.map((field) => field.replace(".", "_")).join("_and_")}`;
}

const spec: fc.Arbitrary<TableSpec> = fc.record({
  shape: fc.constantFrom<Shape>("object", "object", "union", "any"),
  indexes: fc.uniqueArray(
    fc.uniqueArray(fc.constantFrom(...INDEXABLE), { minLength: 1, maxLength: 3 }),
    { maxLength: 3, selector: (fields) => fields.join() },
  ),
});
export const schemaSpec: fc.Arbitrary<SchemaSpec> = fc.record({
  isValidated: fc.boolean(),
  tables: fc.record({ a: spec, b: spec }),
});
