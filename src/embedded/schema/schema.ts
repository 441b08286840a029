/**
 * The schema that a project declares (`schema.export()`), parsed. Pure; numbers of tables and indexes
 * belong to the store.
 */
import type { ValidatorJSON } from "convex/values";

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
