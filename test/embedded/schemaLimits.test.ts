/** Convex's documented limits of schemas and indexes, and of queries on text and vector indexes. */
import { describe, it } from "vitest";
import { parseSchema } from "../../src/embedded/schema/schema.ts";
import type { Database } from "../../src/embedded/store/database.ts";
import type { ExpressionJson } from "../../src/embedded/transaction/queryJson.ts";
import { collect, testDatabase, textQuery } from "../support/embeddedStore.ts";
import { fields, inMutation, limitIn, repeated, type Row } from "../support/limitRows.ts";

/** A schema with one table, as the text that a project exports. */
function exported(table: object): string {
  return JSON.stringify({ tables: [{ tableName: "t", documentType: { type: "any" }, ...table }] });
}

const names = (count: number): string[] => repeated(count, (i) => `f${i}`);
const dbIndex = (name: string, indexed = ["a"]) => ({ indexDescriptor: name, fields: indexed });
const searchIndex = (name: string, filterFields: string[] = []) => ({
  indexDescriptor: name,
  searchField: "text",
  filterFields,
});
const vectorIndex = (name: string, dimensions = 3, filterFields: string[] = []) => ({
  indexDescriptor: name,
  vectorField: "vector",
  dimensions,
  filterFields,
});

function parses(table: (amount: number) => object) {
  return (_: null, amount: number) => parseSchema(exported(table(amount)));
}

describe("schemas and indexes", () => {
  it.each<Row<null>>([
    [
      "fields of an index",
      16,
      "must have 1 to 16 fields",
      parses((n) => ({ indexes: [dbIndex("by", names(n))] })),
    ],
    [
      "characters in the name of an index",
      64,
      "invalid or reserved name",
      parses((n) => ({ indexes: [dbIndex("i".repeat(n))] })),
    ],
    [
      "indexes of a table",
      64,
      "more than 64 indexes",
      parses((n) => ({ indexes: names(n).map((name) => dbIndex(name)) })),
    ],
    [
      "search indexes of a table",
      4,
      "more than 4 search indexes",
      parses((n) => ({ searchIndexes: names(n).map((name) => searchIndex(name)) })),
    ],
    [
      "filter fields of a search index",
      16,
      "at most 16 filter fields",
      parses((n) => ({ searchIndexes: [searchIndex("by", names(n))] })),
    ],
    [
      "vector indexes of a table",
      4,
      "more than 4 vector indexes",
      parses((n) => ({ vectorIndexes: names(n).map((name) => vectorIndex(name)) })),
    ],
    [
      "filter fields of a vector index",
      16,
      "at most 16 filter fields",
      parses((n) => ({ vectorIndexes: [vectorIndex("by", 3, names(n))] })),
    ],
    [
      "dimensions of a vector",
      4_096,
      "2 to 4096 dimensions",
      parses((n) => ({ vectorIndexes: [vectorIndex("by", n)] })),
    ],
    [
      "tables of a schema",
      10_000,
      "at most 10000",
      (_, n) =>
        parseSchema(JSON.stringify({ tables: names(n).map((tableName) => ({ tableName })) })),
    ],
  ])(
    "[LM5] %s: at most %i",
    limitIn(() => null),
  );

  const filter = (n: number): ExpressionJson => ({
    $or: repeated(n, (i) => ({ $eq: [{ $field: "f0" }, { $literal: i }] })),
  });

  it.each<Row<Database>>([
    [
      "filters of a text search",
      8,
      "more than 8 filters",
      inMutation((tx, n) => collect(tx, textQuery("t.by_text", "text", "word", fields(n)))),
    ],
    [
      "results of a vector search",
      256,
      "limit of 1 to 256",
      inMutation((tx, n) => tx.vectorSearch("t.by_vector", [1, 0, 0], n, null)),
    ],
    [
      "conditions of a vector search",
      64,
      "64 conditions",
      inMutation((tx, n) => tx.vectorSearch("t.by_vector", [1, 0, 0], 1, filter(n))),
    ],
  ])(
    "[LM5] %s: at most %i",
    limitIn(async () => {
      const database = testDatabase();
      const indexes = {
        searchIndexes: [searchIndex("by_text", names(9))],
        vectorIndexes: [vectorIndex("by_vector", 3, names(1))],
      };
      await database.applySchema(parseSchema(exported(indexes)));
      return database;
    }),
  );
});
