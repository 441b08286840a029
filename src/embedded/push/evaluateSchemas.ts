/** What pushed schemas mean for the data that is there: which tables must be walked, which indexes filled. */
import { isDeepStrictEqual } from "node:util";

import type { LoadedCode } from "../functions/code/loadedCode.ts";
import type { Schema } from "../schema/schema.ts";
import type { Database } from "../store/database.ts";
import type { Transaction } from "../transaction/transaction.ts";
import { indexChanges } from "./indexDiff.ts";

export function evaluateSchemas(
  { schemas, instances }: Pick<LoadedCode, "schemas" | "instances">,
  database: Pick<Database, "schema" | "tables" | "begin">,
) {
  const tx = database.begin("query", { limits: { databaseQueries: Infinity } });
  try {
    const evaluations = instances.map(({ path, definitionPath }) => {
      const [old, next] = [database.schema(path), schemas.get(path) ?? database.schema(path)];
      const existing = new Set(database.tables(path).map(({ name }) => name));
      const counts = counter(tx.inComponent(path), existing);
      return [path, { definitionPath, ...evaluateSchema(old, next, counts) }] as const;
    });
    const componentSchemaEvaluations = Object.fromEntries(evaluations);
    return { componentSchemaEvaluations, newComponentDefinitions: [] as string[] };
  } finally {
    tx.close();
  }
}

function counter(tx: Transaction, existing: ReadonlySet<string>): (table: string) => number {
  return (table) => (existing.has(table) ? tx.count(table) : 0);
}

function evaluateSchema(old: Schema, next: Schema, count: (table: string) => number) {
  const tables = Array.from(next.tables.values(), ({ name, documentType }) => {
    const before = old.isValidated ? (old.tables.get(name)?.documentType ?? null) : null;
    const isKnown = documentType === null || isDeepStrictEqual(before, documentType);
    const outcome = !next.isValidated
      ? ("notValidated" as const)
      : isKnown
        ? ("supersetOfEnforced" as const)
        : ("mustWalk" as const);
    return { name, outcome, numDocs: count(name), sizeBytes: 0 };
  });
  const indexes = indexChanges(old, next).map(({ index, table, change }) => {
    return { ...index, change, needsBackfill: change === "added", numDocs: count(table) };
  });
  return { schemaValidation: next.isValidated, tables, indexes };
}
