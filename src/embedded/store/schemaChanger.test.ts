import { copyFileSync } from "node:fs";
import {
  defineSchema,
  defineTable,
  type GenericSchema,
  type SchemaDefinition,
} from "convex/server";
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
import { openDatabase } from "./openDatabase.ts";
import { SchemaMismatchError } from "./databaseError.ts";
import { VersionStore } from "./versionStore.ts";

type Definition = SchemaDefinition<GenericSchema, boolean>;
const person = { name: v.string(), age: v.number() };
const plain = schemaOf(defineSchema({ people: defineTable(person) }));
const indexed = schemaOf(
  defineSchema({
    people: defineTable(person)
      .index("by_age", ["age"])
      .searchIndex("by_text", {
        searchField: "name",
        filterFields: ["age"],
      }),
  }),
);

async function filled(count: number, path = ":memory:"): Promise<Database> {
  const database = testDatabase({ path });
  await database.applySchema(plain);
  for (let done = 0; done < count; done += 500) {
    await mutate(database, (tx) => {
      for (let i = done; i < Math.min(count, done + 500); i++) {
        tx.insert("people", { name: `name ${i}`, age: (i * 7) % 100 });
      }
    });
  }
  return database;
}

function ages(database: Database): unknown[] {
  return query(database, (tx) => collect(tx, range("people.by_age")).map(({ age }) => age));
}

it("[SM1] a new index holds what was there before, what came meanwhile, and each once", async () => {
  const database = await filled(1_800);
  const change = database.applySchema(indexed);
  let writes = 0;
  const state = { isChanging: true };
  void change.finally(() => (state.isChanging = false));
  while (state.isChanging) {
    const tx = database.begin("mutation");
    const people = collect(
      tx,
      range("people.by_id", [], writes % 2 ? "asc" : "desc", [{ limit: 30 }]),
    );
    const person = people[writes % 30]!;
    if (writes % 3 === 0) tx.delete("people", person._id);
    else tx.patch("people", person._id, { age: writes, name: `changed ${writes}` });
    tx.insert("people", { name: "late", age: writes++ });
    await database
      .commit(tx)
      .catch((error: unknown) => expect(error).toMatchObject({ code: "CONFLICT" }));
  }
  expect(await change).toEqual({
    indexesAdded: ["people.by_age", "people.by_text"],
    indexesRemoved: [],
  });
  expect(writes).toBeGreaterThan(2);
  query(database, (tx) => {
    const everyone = collect(tx, range("people.by_id"));
    const byAge = collect(tx, range("people.by_age"));
    expect(byAge.map(({ _id }) => _id).sort()).toEqual(everyone.map(({ _id }) => _id).sort());
    expect(byAge.map(({ age }) => age)).toEqual(
      everyone.map(({ age }) => age as number).sort((a, b) => a - b),
    );
    const late = everyone.filter(({ name }) => name === "late");
    expect(collect(tx, textQuery("people.by_text", "name", "late"))).toHaveLength(late.length);
  });
});

it("[SM2] stored documents that do not fit stop the change; it names one and the old schema stays", async () => {
  const database = await filled(700);
  const id = await mutate(database, (tx) => tx.insert("people", { name: "last", age: 1_000 }));
  const strict = schemaOf(
    defineSchema({
      people: defineTable({
        name: v.string(),
        age: v.union(v.literal(1_000), v.literal("x")),
      }).index("by_age", ["age"]),
    }),
  );
  const failure = await database.applySchema(strict).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(SchemaMismatchError);
  expect(failure).toMatchObject({ code: "SCHEMA_MISMATCH", table: "people", path: ".age" });
  expect((failure as SchemaMismatchError).documentId).not.toBe(id);
  expect(String(failure)).toContain((failure as SchemaMismatchError).documentId);
  expect(database.schema()).toBe(plain);
  expect(() => ages(database)).toThrow(/not found/);
  await mutate(database, (tx) => tx.insert("people", { name: "new", age: 5 }));
});

it("[SM3] a document that is written while the change is checked must fit both schemas", async () => {
  const database = await filled(1_200);
  const strict = schemaOf(
    defineSchema({
      people: defineTable({ name: v.string(), age: v.union(v.number(), v.null()) }),
    }),
  );
  const narrow = schemaOf(
    defineSchema({
      people: defineTable({ ...person, email: v.optional(v.string()) }),
    }),
  );
  await database.applySchema(strict);
  const change = database.applySchema(narrow).catch((error: unknown) => error);
  await new Promise(setImmediate);
  const id = await mutate(database, (tx) => tx.insert("people", { name: "late", age: null }));
  expect(await change).toMatchObject({ code: "SCHEMA_MISMATCH", documentId: id });
  expect(database.schema()).toBe(strict);
});

it("[SM4] open transactions do not outlive the schema they began with", async () => {
  const database = await filled(5);
  const [reader, writer] = [database.begin("query"), database.begin("mutation")];
  writer.insert("people", { name: "x", age: 1 });
  await database.applySchema(indexed);
  const conflict = expect.objectContaining({ code: "CONFLICT" });
  expect(() => reader.count("people")).toThrow(conflict);
  await expect(database.commit(writer)).rejects.toThrow(conflict);
});

it("[SM5] indexes and schema are there after a restart; dropped ones leave nothing behind", async () => {
  const path = testFile();
  const first = await filled(300, path);
  await first.applySchema(indexed);
  await first.close();
  const second = openDatabase({ path });
  expect(second.schema()).toEqual(indexed);
  expect(ages(second)).toHaveLength(300);
  await second.applySchema(plain);
  expect(() => ages(second)).toThrow(/not found/);
  for (let i = 0; i < 6; i++)
    await mutate(second, (tx) => tx.insert("people", { name: "x", age: i }));
  await second.applySchema(indexed);
  expect(ages(second)).toHaveLength(306);
  await second.applySchema(plain);
  for (let i = 0; i < 6; i++)
    await mutate(second, (tx) => tx.insert("people", { name: "x", age: i }));
  await second.close();
  const file = new VersionStore(path, undefined);
  const rows = file
    .prepare(
      "SELECT count(*) AS n FROM entries WHERE index_number > 0 AND index_number IN (SELECT number FROM indexes WHERE table_number > 10000) OR index_number NOT IN (SELECT number FROM indexes) AND index_number > 0",
    )
    .get();
  expect(rows).toEqual({ n: 0 });
  file.close();
});

it("[SM6] changes follow one another; an index whose definition changed is built anew", async () => {
  const database = await filled(50);
  const other = schemaOf(
    defineSchema({ people: defineTable(person).index("by_age", ["age", "name"]) }),
  );
  const [, second] = await Promise.all([
    database.applySchema(indexed),
    database.applySchema(other),
  ]);
  expect(second.indexesAdded).toEqual(["people.by_age"]);
  expect([...second.indexesRemoved].sort()).toEqual(["people.by_age", "people.by_text"]);
  const bounds = [
    { type: "Eq" as const, fieldPath: "age", value: 7 },
    { type: "Eq" as const, fieldPath: "name", value: "name 1" },
  ];
  expect(query(database, (tx) => collect(tx, range("people.by_age", bounds)))).toHaveLength(1);
});

it("[SM7] a staged index is built and cannot be read; unstaging it is all it takes", async () => {
  const database = await filled(20);
  const staged = schemaOf(
    defineSchema({
      people: defineTable(person).index("by_age", { fields: ["age"], staged: true }),
    }),
  );
  await database.applySchema(staged);
  expect(() => ages(database)).toThrow(/staged/);
  await mutate(database, (tx) => tx.insert("people", { name: "x", age: 3 }));
  const unstaged = schemaOf(defineSchema({ people: defineTable(person).index("by_age", ["age"]) }));
  expect(await database.applySchema(unstaged)).toEqual({ indexesAdded: [], indexesRemoved: [] });
  expect(ages(database)).toHaveLength(21);
});

it("[SM8] without validation any document is accepted; a schema that makes no sense is refused", async () => {
  const database = await filled(1);
  const loose = defineSchema({ people: defineTable(person) }, { schemaValidation: false });
  await database.applySchema(schemaOf(loose));
  await mutate(database, (tx) => tx.insert("people", { anything: true }));
  await expect(database.applySchema(plain)).rejects.toBeInstanceOf(SchemaMismatchError);
  const reserved = defineSchema({
    people: defineTable(person).index("by_id2", ["_creationTime"] as never),
  });
  expect(() => schemaOf(reserved as unknown as Definition)).toThrow(/system field/);
});

it("[SM9] an index that a crash left half built is forgotten and can be built again", async () => {
  const path = testFile();
  const first = await filled(1_500, path);
  const change = first.applySchema(indexed).catch((error: unknown) => error);
  await new Promise(setImmediate); // some chunks are in the file by now
  const crashed = testFile();
  for (const suffix of ["", "-wal"]) copyFileSync(path + suffix, crashed + suffix);
  await change;
  const second = testDatabase({ path: crashed });
  expect(() => ages(second)).toThrow(/not found/);
  await second.applySchema(indexed);
  expect(ages(second)).toHaveLength(1_500);
  query(second, (tx) => {
    expect(collect(tx, textQuery("people.by_text", "name", "1499"))).toHaveLength(1);
  });
  await second.close();
  const file = new VersionStore(crashed, undefined);
  const states = file.prepare("SELECT DISTINCT state FROM indexes").all();
  file.close();
  expect(states).not.toContainEqual({ state: "building" });
});
