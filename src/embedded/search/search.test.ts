import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  collect,
  countingClock,
  mutate,
  query,
  schemaOf,
  testDatabase,
  testFile,
  textQuery,
} from "../../../test/support/embeddedStore.ts";
import type { Database } from "../store/database.ts";
import { VersionStore } from "../store/versionStore.ts";
import type { Transaction } from "../transaction/transaction.ts";

const schema = schemaOf(
  defineSchema({
    notes: defineTable(v.any())
      .searchIndex("by_text", { searchField: "text", filterFields: ["owner", "kind"] })
      .vectorIndex("by_vector", {
        vectorField: "vector",
        dimensions: 3,
        filterFields: ["owner", "kind"],
      }),
  }),
);

async function notes(
  ...documents: Record<string, string | number | number[]>[]
): Promise<{ database: Database; ids: string[] }> {
  const database = testDatabase({ now: countingClock(), retentionUs: 0 });
  await database.applySchema(schema);
  const ids = await mutate(database, (tx) => documents.map((note) => tx.insert("notes", note)));
  return { database, ids };
}

function texts(tx: Transaction, words: string, equalities: Record<string, string> = {}): unknown[] {
  return collect(tx, textQuery("notes.by_text", "text", words, equalities)).map(({ text }) => text);
}

it("[TS1] any of the words finds a document, the last also as a prefix, the best first", async () => {
  const { database } = await notes(
    { text: "the fraction lesson" },
    { text: "Fraction, fraction and FRACTION" },
    { text: "about decimals" },
    { text: "Brüche für Anfänger" },
  );
  query(database, (tx) => {
    expect(texts(tx, "fraction")).toEqual([
      "Fraction, fraction and FRACTION",
      "the fraction lesson",
    ]);
    expect(texts(tx, "lesson decimals")).toHaveLength(2);
    expect(texts(tx, "lesson dec")).toHaveLength(2);
    expect(texts(tx, "dec lesson")).toEqual(["the fraction lesson"]);
    expect(texts(tx, "brüche")).toEqual(["Brüche für Anfänger"]);
    expect(texts(tx, "bruche")).toEqual([]);
    expect(texts(tx, " . ")).toEqual([]);
    expect(texts(tx, 'a"b OR c* NEAR(x) filters:f0')).toEqual([]);
  });
});

it("[TS6] of equally good documents the newest comes first, whichever was changed last", async () => {
  const { database, ids } = await notes({ text: "one" }, { text: "one" }, { text: "one" });
  await mutate(database, (tx) => tx.patch("notes", ids[0]!, { kind: "changed" }));
  const found = (tx: Transaction): string[] =>
    collect(tx, textQuery("notes.by_text", "text", "one", {})).map(({ _id }) => _id);
  expect(query(database, found)).toEqual([ids[2], ids[1], ids[0]]);
  await mutate(database, (tx) => {
    const own = tx.insert("notes", { text: "one" });
    expect(found(tx)).toEqual([own, ids[2], ids[1], ids[0]]);
  });
});

it("[TS7] a search finds 1,024 documents at most", async () => {
  const { database } = await notes(...Array.from({ length: 1_030 }, () => ({ text: "same" })));
  expect(query(database, (tx) => texts(tx, "same"))).toHaveLength(1_024);
});

it("[TS2] filters are exact and combine", async () => {
  const { database } = await notes(
    { text: "one word", owner: "ada", kind: "x" },
    { text: "two word", owner: "ada", kind: "y" },
    { text: "three word", owner: "bob", kind: "x" },
    { text: "four word" },
  );
  query(database, (tx) => {
    expect(texts(tx, "word", { owner: "ada" }).sort()).toEqual(["one word", "two word"]);
    expect(texts(tx, "word", { owner: "ada", kind: "y" })).toEqual(["two word"]);
    expect(texts(tx, "word", { owner: "x" })).toEqual([]);
    const missing = textQuery("notes.by_text", "text", "word", { owner: { $undefined: null } });
    expect(collect(tx, missing).map(({ text }) => text)).toEqual(["four word"]);
    expect(() => texts(tx, "word", { text: "no" })).toThrow(/not a filter field/);
  });
});

it("[TS3] a search sees its snapshot and its transaction's own writes, and leaves no trace of them", async () => {
  const { database, ids } = await notes({ text: "red apple" }, { text: "green apple" });
  const old = database.begin("query");
  const tx = database.begin("mutation");
  tx.patch("notes", ids[0]!, { text: "red pear" });
  tx.insert("notes", { text: "blue apple" });
  expect(texts(tx, "apple").sort()).toEqual(["blue apple", "green apple"]);
  expect(texts(old, "apple").sort()).toEqual(["green apple", "red apple"]);
  const passing = tx.insert("notes", { text: "passing cloud" });
  expect(texts(tx, "cloud")).toEqual(["passing cloud"]);
  tx.delete("notes", passing);
  expect(texts(tx, "cloud")).toEqual([]);
  tx.delete("notes", ids[1]!);
  expect(texts(tx, "apple")).toEqual(["blue apple"]);
  expect(query(database, (reader) => texts(reader, "blue"))).toEqual([]);
  await database.commit(tx);
  expect(texts(old, "apple").sort()).toEqual(["green apple", "red apple"]);
  expect(query(database, (reader) => texts(reader, "apple"))).toEqual(["blue apple"]);
  old.close();
  for (let i = 0; i < 3; i++) await mutate(database, (writer) => writer.insert("notes", {}));
  expect(query(database, (reader) => texts(reader, "apple green"))).toEqual(["blue apple"]);
});

it("[TS4] a write inside the filter of a search is a conflict, one outside is not", async () => {
  const { database } = await notes({ text: "word", owner: "ada" });
  for (const [owner, isConflict] of [
    ["ada", true],
    ["bob", false],
  ] as const) {
    const tx = database.begin("mutation");
    texts(tx, "word", { owner: "ada" });
    tx.insert("notes", { text: "mine" });
    await mutate(database, (other) => other.insert("notes", { text: "any word", owner }));
    const outcome = await database.commit(tx).then(
      () => false,
      () => true,
    );
    expect(outcome).toBe(isConflict);
  }
});

it("[TS5] a version that is pruned takes its words and its vector along", async () => {
  const path = testFile();
  const database = testDatabase({ path, now: countingClock(), retentionUs: 0 });
  await database.applySchema(schema);
  const id = await mutate(database, (tx) => tx.insert("notes", { text: "a" }));
  for (let n = 0; n < 20; n++) {
    await mutate(database, (tx) => tx.patch("notes", id, { text: `word ${n}`, vector: [n, 1, 1] }));
  }
  const passing = database.begin("mutation");
  for (let n = 0; n < 5; n++) passing.insert("notes", { text: "word" });
  expect(texts(passing, "word")).toHaveLength(6);
  passing.close();
  await database.close();
  const file = new VersionStore(path, undefined);
  const name = file
    .prepare("SELECT name FROM sqlite_schema WHERE name LIKE 'text_%_docsize'")
    .get();
  for (const table of ["vectors", name!["name"] as string, "documents"]) {
    const { n } = file.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number };
    expect(n).toBeLessThanOrEqual(3);
  }
  file.close();
});

it("[VS1] vector search finds the nearest by cosine, whatever their lengths", async () => {
  const vector = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 3, maxLength: 3 });
  const cosine = (a: number[], b: number[]): number => {
    const length = (x: number[]): number => Math.hypot(...x) || 1;
    return a.reduce((sum, x, i) => sum + x * b[i]!, 0) / length(a) / length(b);
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(vector, { maxLength: 12 }),
      vector,
      fc.integer({ min: 1, max: 5 }),
      async (all, target, limit) => {
        const { database, ids } = await notes(...all.map((one) => ({ vector: one })));
        const found = query(database, (tx) =>
          tx.vectorSearch("notes.by_vector", target, limit, null),
        );
        const scores = all.map((one) => cosine(one, target)).sort((a, b) => b - a);
        expect(found).toHaveLength(Math.min(limit, all.length));
        found.forEach(({ _score }, rank) => expect(_score).toBeCloseTo(scores[rank]!, 5));
        for (const { _id, _score } of found) {
          expect(_score).toBeCloseTo(cosine(all[ids.indexOf(_id)]!, target), 5);
        }
        await database.close();
      },
    ),
    { numRuns: Math.ceil((fc.readConfigureGlobal().numRuns ?? 100) / 4) },
  );
});

it("[VS2] vector filters are one equality or a choice of them; what has no vector is not found", async () => {
  const { database, ids } = await notes(
    { vector: [1, 0, 0], owner: "ada", kind: "x" },
    { vector: [0, 1, 0], owner: "bob", kind: "x" },
    { vector: [0, 0, 1], owner: "eve", kind: "y" },
    { owner: "ada" },
    { vector: [1, 2], owner: "ada" },
  );
  const is = (path: string, value: string) => ({ $eq: [{ $field: path }, { $literal: value }] });
  const found = (filter: Parameters<Transaction["vectorSearch"]>[3]): string[] =>
    query(database, (tx) => tx.vectorSearch("notes.by_vector", [1, 1, 1], 10, filter))
      .map(({ _id }) => _id)
      .sort();
  expect(found(is("owner", "ada"))).toEqual([ids[0]]);
  expect(found({ $or: [is("owner", "bob"), is("kind", "y")] })).toEqual([ids[1], ids[2]].sort());
  expect(() => found(is("text", "x"))).toThrow(/not a filter field/);
  expect(() => found({ $and: [] })).toThrow(/q\.eq/);
  query(database, (tx) => {
    expect(() => tx.vectorSearch("notes.by_vector", [1], 10, null)).toThrow(/dimensions/);
    expect(() => tx.vectorSearch("notes.by_vector", [1, 1, 1], 257, null)).toThrow(/limit/);
    expect(() => tx.vectorSearch("notes.by_text", [1, 1, 1], 5, null)).toThrow(
      /not a vector index/,
    );
  });
});

it("[VS3] a vector search sees its snapshot", async () => {
  const { database, ids } = await notes({ vector: [1, 0, 0] });
  const old = database.begin("query");
  await mutate(database, (tx) => tx.patch("notes", ids[0]!, { vector: [0, 1, 0] }));
  const score = (tx: Transaction): number =>
    tx.vectorSearch("notes.by_vector", [1, 0, 0], 1, null)[0]!._score;
  expect(score(old)).toBeCloseTo(1);
  expect(query(database, score)).toBeCloseTo(0);
});
