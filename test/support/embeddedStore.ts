/** Builders for tests of the embedded store: databases that close themselves, and short queries. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GenericSchema, SchemaDefinition } from "convex/server";
import { onTestFinished } from "vitest";
import { parseSchema, type Schema } from "../../src/embedded/schema/schema.ts";
import type { Database, DatabaseOptions } from "../../src/embedded/store/database.ts";
import { openDatabase } from "../../src/embedded/store/openDatabase.ts";
import type {
  Order,
  QueryJson,
  QueryOperator,
  RangeBound,
} from "../../src/embedded/transaction/queryJson.ts";
import type { Transaction } from "../../src/embedded/transaction/transaction.ts";
import type { JSONValue, StoredDocument } from "../../src/embedded/values/jsonValue.ts";

/** A database that is closed when the test ends; in memory unless a path is given. */
export function testDatabase(options: Partial<DatabaseOptions> = {}): Database {
  const database = openDatabase({ path: ":memory:", ...options });
  onTestFinished(() => database.close());
  return database;
}

/** A path in a folder that is removed when the test ends. Call before opening what lives there. */
export function testFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "embedded-store-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "convex.sqlite3");
}

/** A schema written as a project would. */
export function schemaOf(definition: SchemaDefinition<GenericSchema, boolean>): Schema {
  return parseSchema((definition as unknown as { export(): string }).export());
}

/** A number that rises by 1000 µs a call, from a fixed start. */
export function countingClock(): () => number {
  let now = 1_700_000_000_000_000;
  return () => (now += 1_000);
}

export function range(
  indexName: string,
  bounds: RangeBound[] = [],
  order: Order = "asc",
  operators: QueryOperator[] = [],
): QueryJson {
  return { source: { type: "IndexRange", indexName, range: bounds, order }, operators };
}

export function textQuery(
  indexName: string,
  fieldPath: string,
  text: string,
  equalities: Record<string, JSONValue> = {},
): QueryJson {
  const filters = Object.entries(equalities).map(([path, value]) => ({
    type: "Eq" as const,
    fieldPath: path,
    value,
  }));
  const search = { type: "Search" as const, fieldPath, value: text };
  return { source: { type: "Search", indexName, filters: [search, ...filters] }, operators: [] };
}

/** Everything a query yields. */
export function collect(tx: Transaction, query: QueryJson): StoredDocument[] {
  const cursor = tx.openQuery(query);
  const documents: StoredDocument[] = [];
  for (let next = cursor.next(); next !== null; next = cursor.next()) documents.push(next);
  return documents;
}

/** Runs a mutation once and waits until it is on disk. */
export async function mutate<R>(
  database: Pick<Database, "begin" | "commit">,
  work: (tx: Transaction) => R,
): Promise<R> {
  const tx = database.begin("mutation");
  const result = work(tx);
  await database.commit(tx);
  return result;
}

/** Reads at the latest snapshot. */
export function query<R>(database: Database, work: (tx: Transaction) => R): R {
  const tx = database.begin("query");
  try {
    return work(tx);
  } finally {
    tx.close();
  }
}
