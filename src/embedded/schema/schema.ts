/**
 * The schema that a project declares (`schema.export()`), parsed. Pure; numbers of tables and indexes
 * belong to the store.
 */
import type { ValidatorJSON } from "convex/values";
import { z } from "zod";
import { badRequest } from "../store/databaseError.ts";
import { isIdentifier } from "./identifier.ts";
import { checkIndexes } from "./indexRules.ts";

export interface DbIndexDefinition {
  readonly kind: "db";
  readonly name: string;
  /** Field paths as written; `_creationTime` and `_id` follow implicitly. */
  readonly fields: readonly string[];
  readonly isStaged: boolean;
}

export interface SearchIndexDefinition {
  readonly kind: "search";
  readonly name: string;
  readonly searchField: string;
  readonly filterFields: readonly string[];
  readonly isStaged: boolean;
}

export interface VectorIndexDefinition {
  readonly kind: "vector";
  readonly name: string;
  readonly vectorField: string;
  readonly dimensions: number;
  readonly filterFields: readonly string[];
  readonly isStaged: boolean;
}

export type IndexDefinition = DbIndexDefinition | SearchIndexDefinition | VectorIndexDefinition;

export interface TableDefinition {
  readonly name: string;
  /** null: any document. */
  readonly documentType: ValidatorJSON | null;
  readonly indexes: readonly IndexDefinition[];
}

export interface Schema {
  readonly tables: ReadonlyMap<string, TableDefinition>;
  /** false: document types are not enforced. */
  readonly isValidated: boolean;
}

export const EMPTY_SCHEMA: Schema = { tables: new Map(), isValidated: false };

/** One for each component by its path; "" is the app itself. */
export type Schemas = ReadonlyMap<string, Schema>;

const MAX_TABLES = 10_000;

const vDbIndex = z.object({ indexDescriptor: z.string(), fields: z.array(z.string()) });
const vSearchIndex = z.object({
  indexDescriptor: z.string(),
  searchField: z.string(),
  filterFields: z.array(z.string()),
});
const vVectorIndex = z.object({
  indexDescriptor: z.string(),
  vectorField: z.string(),
  dimensions: z.number(),
  filterFields: z.array(z.string()),
});
const vExportedSchema = z.object({
  tables: z.array(
    z.object({
      tableName: z.string(),
      indexes: z.array(vDbIndex).default([]),
      stagedDbIndexes: z.array(vDbIndex).default([]),
      searchIndexes: z.array(vSearchIndex).default([]),
      stagedSearchIndexes: z.array(vSearchIndex).default([]),
      vectorIndexes: z.array(vVectorIndex).default([]),
      stagedVectorIndexes: z.array(vVectorIndex).default([]),
      documentType: z.custom<ValidatorJSON>((value) => typeof value === "object").nullish(),
    }),
  ),
  schemaValidation: z.boolean().default(true),
});
type ExportedTable = z.infer<typeof vExportedSchema>["tables"][number];

/**
 * Parses the text of `schema.export()`.
 * @throws BAD_REQUEST naming the table or index that is not allowed
 */
export function parseSchema(exported: string): Schema {
  const { tables, schemaValidation } = vExportedSchema.parse(JSON.parse(exported));
  if (tables.length > MAX_TABLES) {
    throw badRequest(`The schema has ${tables.length} tables; at most ${MAX_TABLES} are allowed.`);
  }
  return {
    tables: new Map(tables.map((table) => [table.tableName, parseTable(table)])),
    isValidated: schemaValidation,
  };
}

function parseTable(table: ExportedTable): TableDefinition {
  if (!isUserTableName(table.tableName)) {
    throw badRequest(`Invalid table name "${table.tableName}" in the schema.`);
  }
  const indexes = [
    ...table.indexes.map((index) => dbIndex(index, false)),
    ...table.stagedDbIndexes.map((index) => dbIndex(index, true)),
    ...table.searchIndexes.map((index) => searchIndex(index, false)),
    ...table.stagedSearchIndexes.map((index) => searchIndex(index, true)),
    ...table.vectorIndexes.map((index) => vectorIndex(index, false)),
    ...table.stagedVectorIndexes.map((index) => vectorIndex(index, true)),
  ];
  checkIndexes(table.tableName, indexes);
  return { name: table.tableName, documentType: table.documentType ?? null, indexes };
}

function dbIndex(index: z.infer<typeof vDbIndex>, isStaged: boolean): DbIndexDefinition {
  return { kind: "db", name: index.indexDescriptor, fields: index.fields, isStaged };
}

function searchIndex(
  { indexDescriptor, ...rest }: z.infer<typeof vSearchIndex>,
  isStaged: boolean,
): SearchIndexDefinition {
  return { kind: "search", name: indexDescriptor, ...rest, isStaged };
}

function vectorIndex(
  { indexDescriptor, ...rest }: z.infer<typeof vVectorIndex>,
  isStaged: boolean,
): VectorIndexDefinition {
  return { kind: "vector", name: indexDescriptor, ...rest, isStaged };
}

/** Whether a user's table may have this name. */
export function isUserTableName(name: string): boolean {
  return isIdentifier(name);
}
