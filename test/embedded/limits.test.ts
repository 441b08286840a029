/**
 * Convex's documented limits of documents, transactions and scheduled functions, one row each. What is cut rather than refused (log lines, search terms, search results) is tested with its feature.
 */
import { describe, expect, it } from "vitest";
import { scheduleJob } from "../../src/embedded/scheduler/scheduledJobs.ts";
import type { Database } from "../../src/embedded/store/database.ts";
import type { Transaction } from "../../src/embedded/transaction/transaction.ts";
import type { JSONObject, JSONValue } from "../../src/embedded/values/jsonValue.ts";
import { sizeOf } from "../../src/embedded/values/normalizeValue.ts";
import { collect, mutate, range, testDatabase } from "../support/embeddedStore.ts";
import {
  fields,
  inMutation,
  limitIn,
  MIB,
  repeated,
  times,
  type Row,
} from "../support/limitRows.ts";

const FIVE_YEARS_MS = 5 * 366 * 86_400_000;

const nested = (levels: number): JSONValue => (levels === 0 ? 1 : [nested(levels - 1)]);

/** A document of table `t` that has that many bytes, its system fields included. */
function ofBytes(database: Database, bytes: number): JSONObject {
  const probe = database.begin("mutation");
  const empty = sizeOf(probe.get("t", probe.insert("t", { text: "" })) ?? {});
  probe.close();
  return { text: "x".repeat(bytes - empty) };
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
    ["ms ahead", FIVE_YEARS_MS, "5 years", inMutation((tx, n) => schedule(tx, [{}], NOW + n))],
    ["ms back", FIVE_YEARS_MS, "5 years", inMutation((tx, n) => schedule(tx, [{}], NOW - n))],
  ])("[LM4] %s: at most %i", limitIn(testDatabase));
});
