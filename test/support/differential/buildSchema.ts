/** The schema that a generated description stands for, as a project would write it. */
import {
  defineSchema,
  defineTable,
  type GenericSchema,
  type SchemaDefinition,
  type TableDefinition,
} from "convex/server";
import { v } from "convex/values";
import { indexName, type SchemaSpec, type TableSpec } from "./schemas.ts";

const FIELDS = {
  n: v.number(),
  s: v.string(),
  o: v.optional(v.number()),
  u: v.optional(v.union(v.null(), v.int64())),
  x: v.optional(v.any()),
  d: v.optional(v.object({ k: v.number(), l: v.optional(v.string()) })),
  r: v.optional(v.id("a")),
};

export function buildSchema({
  isValidated,
  tables,
}: SchemaSpec): SchemaDefinition<GenericSchema, boolean> {
  return defineSchema(
    { a: buildTable(tables.a), b: buildTable(tables.b) },
    { schemaValidation: isValidated, strictTableNameTypes: false },
  );
}

function buildTable({ shape, indexes }: TableSpec): TableDefinition {
  let table = defineTable(documentType(shape)) as unknown as LooseTable;
  for (const fields of indexes) table = table.index(indexName(fields), [...fields]);
  return table as unknown as TableDefinition;
}

/** A table whose fields the compiler does not know. */
interface LooseTable {
  index(name: string, fields: string[]): LooseTable;
}

function documentType(shape: TableSpec["shape"]) {
  switch (shape) {
    case "any":
      return v.any();
    case "object":
      return v.object(FIELDS);
    case "union":
      return v.union(
        v.object(FIELDS),
        v.object({
          n: v.number(),
          s: v.string(),
          extra: v.union(v.literal("misfit"), v.array(v.number())),
        }),
      );
  }
}
