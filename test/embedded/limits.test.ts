/**
 * Convex's documented limits, one row each: so much passes, one more fails in words that name the limit.
 * What is cut rather than refused (log lines, search terms, search results) is tested with its feature.
 */
import { describe, expect, it } from "vitest";
import { bundleFunctions } from "../../src/embedded/functions/bundle.ts";
import { scheduleJob } from "../../src/embedded/scheduler/scheduledJobs.ts";
import { parseSchema } from "../../src/embedded/schema/schema.ts";
import type { Database } from "../../src/embedded/store/database.ts";
import type { ExpressionJson } from "../../src/embedded/transaction/queryJson.ts";
import type { Transaction } from "../../src/embedded/transaction/transaction.ts";
import type { JSONObject, JSONValue } from "../../src/embedded/values/jsonValue.ts";
import { sizeOf } from "../../src/embedded/values/normalizeValue.ts";
import { collect, mutate, range, testDatabase, textQuery } from "../support/embeddedStore.ts";
import { openTestRuntime, writeProject, type TestRuntime } from "../support/testRuntime.ts";

const MIB = 1024 * 1024;
const FIVE_YEARS_MS = 5 * 365 * 86_400_000;

/** `use` uses as much as it is told of what is limited. */
type Row<Place> = readonly [
  what: string,
  limit: number,
  says: string,
  use: (place: Place, amount: number) => unknown,
];

const repeated = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const times = (count: number, task: (i: number) => unknown): void => {
  for (let i = 0; i < count; i++) task(i);
};
const fields = (count: number, name = "f"): JSONObject =>
  Object.fromEntries(repeated(count, (i) => [`${name}${i}`, 1]));
const nested = (levels: number): JSONValue => (levels === 0 ? 1 : [nested(levels - 1)]);

/** A document of table `t` that has that many bytes, its system fields included. */
function ofBytes(database: Database, bytes: number): JSONObject {
  const probe = database.begin("mutation");
  const empty = sizeOf(probe.get("t", probe.insert("t", { text: "" })) ?? {});
  probe.close();
  return { text: "x".repeat(bytes - empty) };
}

async function isRefused(attempt: () => unknown): Promise<string | null> {
  try {
    await attempt();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The test of one row. @param open a fresh place for each attempt */
function limitIn<Place>(open: () => Place | Promise<Place>) {
  return async (...[, limit, says, use]: Row<Place>) => {
    expect(await isRefused(async () => use(await open(), limit))).toBeNull();
    expect(await isRefused(async () => use(await open(), limit + 1))).toContain(says);
  };
}

function inMutation(use: (tx: Transaction, amount: number) => unknown) {
  return (database: Database, amount: number) => mutate(database, (tx) => use(tx, amount));
}

const insert = (make: (amount: number) => JSONObject) =>
  inMutation((tx, amount) => tx.insert("t", make(amount)));

describe("documents", () => {
  it.each<Row<Database>>([
    [
      "bytes of a document",
      MIB,
      "Value is too large",
      (database, bytes) => mutate(database, (tx) => tx.insert("t", ofBytes(database, bytes))),
    ],
    ["fields of an object", 1_024, "too many fields", insert((n) => ({ inner: fields(n) }))],
    [
      "fields of a document, with its system fields",
      1_024,
      "too many fields",
      insert((n) => fields(n - 2)),
    ],
    [
      "elements of an array",
      8_192,
      "Array length is too long",
      insert((n) => ({ list: repeated(n, () => 1) })),
    ],
    ["levels of a document", 16, "too nested", insert((n) => ({ inner: nested(n - 1) }))],
    [
      "characters in the name of a field",
      64,
      "Field name is too long",
      insert((n) => ({ ["a".repeat(n)]: 1 })),
    ],
    [
      "characters in the name of a field inside",
      1_024,
      "Field name is too long",
      insert((n) => ({ inner: { ["a".repeat(n)]: 1 } })),
    ],
    [
      "characters in the name of a table",
      64,
      "Invalid table name",
      inMutation((tx, n) => tx.insert("t".repeat(n), {})),
    ],
  ])("[LM1] %s: at most %i", limitIn(testDatabase));

  it("[LM1] int64s and bytes are no level of their own", async () => {
    const deepest = (value: JSONValue, levels: number): JSONValue =>
      levels === 0 ? value : [deepest(value, levels - 1)];
    const inner = deepest([{ $integer: "AQAAAAAAAAA=" }, { $bytes: "AAE=" }], 14);
    await mutate(testDatabase(), (tx) => tx.insert("t", { inner }));
  });

  it("[LM1] a text with half a character is refused", async () => {
    const half = mutate(testDatabase(), (tx) => tx.insert("t", { text: "\ud83d" }));
    await expect(half).rejects.toThrow(/surrogate/);
  });
});

const PIECE = MIB / 2;

/** Documents of half a MiB, and one that makes up the rest. */
function pieces(database: Database, bytes: number): JSONObject[] {
  const whole = Math.floor(bytes / PIECE) - 1;
  const piece = ofBytes(database, PIECE);
  return [...repeated(whole, () => piece), ofBytes(database, bytes - whole * PIECE)];
}

describe("transactions", () => {
  it.each<Row<Database>>([
    [
      "documents read",
      32_000,
      "Too many documents read in a single function execution (limit: 32000)",
      async (database, amount) => {
        await mutate(database, (tx) => times(1_000, () => tx.insert("t", {})));
        const take = (limit: number) => range("t.by_creation_time", [], "asc", [{ limit }]);
        await mutate(database, (tx) => {
          times(amount / 1_000, () => collect(tx, take(1_000)));
          if (amount % 1_000 > 0) collect(tx, take(amount % 1_000));
        });
      },
    ],
    [
      "bytes read",
      16 * MIB,
      "Too many bytes read in a single function execution (limit: 16777216 bytes)",
      async (database, amount) => {
        const ids: string[] = [];
        for (const piece of pieces(database, amount)) {
          ids.push(await mutate(database, (tx) => tx.insert("t", piece)));
        }
        await mutate(database, (tx) => ids.map((id) => tx.get("t", id)));
      },
    ],
    [
      "calls of `db.get` and `db.query`",
      4_096,
      "Too many reads in a single function execution (limit: 4096)",
      inMutation((tx, n) => {
        const id = tx.insert("t", {});
        times(n - 1, () => tx.get("t", id));
        collect(tx, range("t.by_creation_time"));
      }),
    ],
    [
      "documents written",
      16_000,
      "Too many documents written in a single function execution (limit: 16000)",
      inMutation((tx, n) => times(n, () => tx.insert("t", {}))),
    ],
    [
      "bytes written",
      16 * MIB,
      "Too many bytes written in a single function execution (limit: 16777216 bytes)",
      (database, amount) => {
        const all = pieces(database, amount);
        return mutate(database, (tx) => all.map((piece) => tx.insert("t", piece)));
      },
    ],
    [
      "operators of a query",
      256,
      "too many operators",
      inMutation((tx, n) => {
        const filter = { $eq: [{ $literal: 1 }, { $literal: 1 }] };
        collect(
          tx,
          range(
            "t.by_creation_time",
            [],
            "asc",
            repeated(n, () => ({ filter })),
          ),
        );
      }),
    ],
    [
      "items asked for in a page",
      32_000,
      "PageSizeTooLarge",
      inMutation((tx, pageSize) => {
        const query = range("t.by_creation_time");
        tx.queryPage({ query, cursor: null, endCursor: null, pageSize }, null);
      }),
    ],
  ])("[LM2] %s: at most %i", limitIn(testDatabase));
});

const NOW = 1_700_000_000_000;
const jobArgs = (bytes: number): JSONValue[] => ["x".repeat(bytes - '[""]'.length)];

function schedule(tx: Transaction, args: JSONValue[] = [{}], scheduledTime = NOW): string {
  return scheduleJob(tx, { path: "jobs:run", args, scheduledTime }, NOW);
}

describe("scheduled functions", () => {
  it.each<Row<Database>>([
    [
      "functions scheduled by a mutation",
      1_000,
      "Too many functions scheduled by this mutation (limit: 1000)",
      inMutation((tx, n) => times(n, () => schedule(tx))),
    ],
    [
      "bytes of the arguments of one",
      4 * MIB,
      "arguments of a scheduled function are too large",
      inMutation((tx, n) => schedule(tx, jobArgs(n))),
    ],
    [
      "bytes of the arguments of all",
      16 * MIB,
      "Too large total size of the arguments of scheduled functions from this mutation (limit: 16777216 bytes)",
      inMutation((tx, n) => {
        times(5, () => schedule(tx, jobArgs(3 * MIB)));
        schedule(tx, jobArgs(n - 15 * MIB));
      }),
    ],
    ["ms ahead", FIVE_YEARS_MS, "five years", inMutation((tx, n) => schedule(tx, [{}], NOW + n))],
    ["ms back", FIVE_YEARS_MS, "five years", inMutation((tx, n) => schedule(tx, [{}], NOW - n))],
  ])("[LM4] %s: at most %i", limitIn(testDatabase));
});

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

const FUNCTIONS = {
  "calls.ts": `
    import { queryGeneric } from "convex/server";
    export const measure = queryGeneric(async (_, { value }) => JSON.stringify(value).length);
    export const repeat = queryGeneric(async (_, { count }) => "x".repeat(count));
    export const list = queryGeneric(async (_, { count }) => new Array(count).fill(1));
    export const nest = queryGeneric(async (_, { count }) => {
      let value = 1;
      for (let i = 0; i < count; i++) value = [value];
      return value;
    });`,
  "nodeCalls.ts": `"use node";
    import { actionGeneric } from "convex/server";
    export const measure = actionGeneric(async (_, { value }) => value.length);`,
};

let bundle: ReturnType<typeof bundleFunctions> | undefined;

async function openCalls(): Promise<TestRuntime> {
  bundle ??= bundleFunctions({ functionsDir: await writeProject(FUNCTIONS) });
  return await openTestRuntime({ bundle: await bundle });
}

async function call(runtime: TestRuntime, name: string, args: JSONObject): Promise<void> {
  const run = name.startsWith("nodeCalls") ? runtime.action : runtime.query;
  const outcome = await run(name, args);
  if (!outcome.ok) throw new Error(outcome.errorMessage);
}

const NO_TEXT = sizeOf([{ value: "" }]);
const NO_NODE_TEXT = JSON.stringify([{ value: "" }]).length;

describe("arguments and results", () => {
  it.each<Row<TestRuntime>>([
    [
      "bytes of arguments",
      16 * MIB,
      "Arguments for calls:measure are too large (actual: 16.00 MiB, limit: 16.00 MiB)",
      (runtime, n) => call(runtime, "calls:measure", { value: "x".repeat(n - NO_TEXT) }),
    ],
    [
      "bytes of arguments of a Node action",
      5 * MIB,
      "Node actions arguments size is too large. The maximum allowed size is 5 MiB.",
      (runtime, n) => call(runtime, "nodeCalls:measure", { value: "x".repeat(n - NO_NODE_TEXT) }),
    ],
    [
      "bytes of a result",
      16 * MIB,
      "Function calls:repeat return value is too large",
      (runtime, n) => call(runtime, "calls:repeat", { count: n - sizeOf("") }),
    ],
    [
      "elements of an array in arguments",
      8_192,
      "Invalid arguments for calls:measure: Array length is too long (8193 > maximum length 8192)",
      (runtime, n) => call(runtime, "calls:measure", { value: repeated(n, () => 1) }),
    ],
    [
      "elements of an array in a result",
      8_192,
      "Function calls:list return value invalid: Array length is too long (8193 > maximum length 8192)",
      (runtime, count) => call(runtime, "calls:list", { count }),
    ],
    [
      "levels of a result",
      64,
      "Function calls:nest return value invalid: Value is too nested",
      (runtime, count) => call(runtime, "calls:nest", { count }),
    ],
  ])("[LM3] %s: at most %i", limitIn(openCalls));
});
