import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
import { expect, it } from "vitest";

import {
  collect,
  mutate,
  query,
  range,
  schemaOf,
  testDatabase,
  testFile,
  textQuery,
} from "../../../test/support/embeddedStore.ts";
import type { Database } from "./database.ts";
import { VersionStore } from "./versionStore.ts";

const byAge = range("people.by_age");
const schema = schemaOf(
  defineSchema({
    people: defineTable({ name: v.string(), age: v.number() })
      .index("by_age", ["age"])
      .searchIndex("by_name", { searchField: "name" }),
  }),
);
const PEOPLE = [{ component: "", table: "people" }];

/** A database with three people named "old". */
async function withPeople(path = ":memory:"): Promise<Database> {
  const database = testDatabase({ path });
  await database.applySchema(schema);
  for (const age of [1, 2, 3])
    await mutate(database, (tx) => tx.insert("people", { name: "old", age }));
  return database;
}

const ages = (database: Database) =>
  query(database, (tx) => collect(tx, byAge).map(({ age }) => age));
const named = (database: Database, name: string) =>
  query(database, (tx) => collect(tx, textQuery("people.by_name", "name", name)).length);

it("[CL42] staged tables are seen by nobody, and then by everybody at once", async () => {
  const database = await withPeople();
  let replacements = 0;
  database.onTablesReplaced(() => (replacements += 1));
  const staged = database.stageTables(PEOPLE);
  const restore = (age: number) =>
    mutate(staged, (tx) => tx.system.restore("people", { name: "new", age }));
  const [id, other] = [await restore(8), await restore(7)];
  await mutate(database, (tx) => tx.insert("people", { name: "old", age: 4 }));
  expect(ages(database)).toEqual([1, 2, 3, 4]);
  expect([named(database, "old"), named(database, "new")]).toEqual([4, 0]);
  expect(query(database, (tx) => tx.get("people", id))).toBeNull();

  const writer = database.begin("mutation");
  writer.insert("people", { name: "late", age: 5 });
  await staged.install(database.begin("mutation"));
  expect(ages(database)).toEqual([7, 8]);
  expect([named(database, "old"), named(database, "new")]).toEqual([0, 2]);
  expect(query(database, (tx) => tx.count("people"))).toBe(2);
  expect(replacements).toBe(1);
  await expect(database.commit(writer)).rejects.toMatchObject({ code: "CONFLICT" });

  await mutate(database, (tx) => tx.patch("people", id, { age: 9 }));
  await mutate(database, (tx) => tx.delete("people", other));
  expect(ages(database)).toEqual([9]);
});

it("[CL42] what was put in place is there after a restart, and nothing of what was before", async () => {
  const path = testFile();
  const first = await withPeople(path);
  for (const age of [11, 12]) {
    const staged = first.stageTables(PEOPLE);
    await mutate(staged, (tx) => tx.system.restore("people", { name: "new", age }));
    await staged.install(first.begin("mutation"));
  }
  await first.close();
  const second = testDatabase({ path });
  expect(ages(second)).toEqual([12]);
  await untilPruned(second);
  expect(ages(second)).toEqual([12]);
  await second.close();
  expect(rowsIn(path)).toEqual({ documents: 1, unused: 0, indexes: 2 });
});

it("[CL46] what was staged and never installed is removed after the next start", async () => {
  const path = testFile();
  const first = await withPeople(path);
  const staged = first.stageTables(PEOPLE);
  await mutate(staged, (tx) => tx.system.restore("people", { name: "new", age: 7 }));
  await first.close();
  const second = testDatabase({ path });
  expect(ages(second)).toEqual([1, 2, 3]);
  expect([named(second, "old"), named(second, "new")]).toEqual([3, 0]);
  await untilPruned(second);
  await second.close();
  expect(rowsIn(path)).toEqual({ documents: 3, unused: 0, indexes: 2 });
});

it("[CL46] what is abandoned is removed while others go on", async () => {
  const path = testFile();
  const database = await withPeople(path);
  const staged = database.stageTables(PEOPLE);
  await mutate(staged, (tx) => tx.system.restore("people", { name: "new", age: 7 }));
  staged.abandon();
  await untilPruned(database);
  expect(ages(database)).toEqual([1, 2, 3]);
  await database.close();
  expect(rowsIn(path)).toEqual({ documents: 3, unused: 0, indexes: 2 });
});

it("[CL47] tables that were staged under another schema are not put in place", async () => {
  const database = await withPeople();
  const staged = database.stageTables(PEOPLE);
  await database.applySchema(schemaOf(defineSchema({ people: defineTable(v.any()) })));
  const changed = { message: "The schema was changed meanwhile." };
  expect(() => staged.begin("mutation")).toThrow(changed.message);
  await expect(staged.install(database.begin("mutation"))).rejects.toMatchObject(changed);
  expect(query(database, (tx) => tx.count("people"))).toBe(3);
});

it("[CL47] a transaction that lost a race puts nothing in place", async () => {
  const database = await withPeople();
  const staged = database.stageTables(PEOPLE);
  const tx = database.begin("mutation");
  tx.count("people");
  await mutate(database, (other) => other.insert("people", { name: "old", age: 4 }));
  await expect(staged.install(tx)).rejects.toMatchObject({ code: "CONFLICT" });
  expect(ages(database)).toEqual([1, 2, 3, 4]);
});

/** Each commit removes some of what is of no use. */
async function untilPruned(database: Database): Promise<void> {
  for (let commits = 0; commits < 12; commits++) {
    const id = await mutate(database, (tx) => tx.insert("people", { name: "passing", age: 0 }));
    await mutate(database, (tx) => tx.delete("people", id));
  }
}

function rowsIn(path: string) {
  const file = new VersionStore(path, undefined);
  const count = (from: string): unknown =>
    file.prepare(`SELECT count(*) AS n FROM ${from}`).get()?.["n"];
  const rows = {
    documents: count(
      "documents WHERE to_ts > 9e15 AND table_number > 10000 AND value LIKE '%name%'",
    ),
    unused: count("unused_storages"),
    indexes: count("indexes WHERE table_number > 10000"),
  };
  file.close();
  return rows;
}
