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
} from "../../../test/support/embeddedStore.ts";
import type { Database } from "../store/database.ts";
import { MAX_DOCUMENT_BYTES } from "../values/limits.ts";
import type { JSONObject } from "../values/jsonValue.ts";

const schema = schemaOf(
  defineSchema({
    users: defineTable({ name: v.string(), age: v.optional(v.number()) }).index("by_name", [
      "name",
    ]),
    posts: defineTable({ author: v.id("users"), at: v.optional(v.any()) }).index("by_at", ["at"]),
  }),
);

async function withSchema(): Promise<Database> {
  const database = testDatabase();
  await database.applySchema(schema);
  return database;
}

it("[WR1] a new document gets an id of its table and a creation time above the last one's", async () => {
  const database = await withSchema();
  const ids: string[] = [];
  for (let round = 0; round < 3; round++) {
    await mutate(database, (tx) => {
      for (let i = 0; i < 10; i++) ids.push(tx.insert("users", { name: "ada" }));
    });
  }
  query(database, (tx) => {
    expect(collect(tx, range("users.by_creation_time")).map(({ _id }) => _id)).toEqual(ids);
    expect(tx.normalizeId("users", ids[0]!)).toBe(ids[0]);
    expect(tx.normalizeId("posts", ids[0]!)).toBeNull();
    expect(tx.normalizeId("users", "nonsense")).toBeNull();
  });
});

it("[WR2] a write that does not match the schema is refused, and says where and why", async () => {
  const database = await withSchema();
  const tx = database.begin("mutation");
  const id = tx.insert("users", { name: "ada" });
  const message = (work: () => unknown): string => {
    try {
      work();
    } catch (error) {
      return String(error);
    }
    return "accepted";
  };
  expect(message(() => tx.insert("users", {}))).toContain("missing the required field `name`");
  expect(message(() => tx.insert("users", { name: 1 }))).toMatch(
    /Path: \.name\nValue: 1\.0\nValidator: v\.string\(\)/,
  );
  expect(message(() => tx.patch("users", id, { extra: 1 }))).toContain("extra field `extra`");
  expect(message(() => tx.patch("users", id, { name: { $undefined: null } }))).toContain("`name`");
  const post = tx.insert("posts", { author: id });
  expect(message(() => tx.insert("posts", { author: post }))).toContain('ID for table "users"');
  expect(tx.get("users", id)).toMatchObject({ name: "ada" });
});

it("[WR3] patch merges and removes, replace keeps nothing but the system fields", async () => {
  const database = await withSchema();
  const tx = database.begin("mutation");
  const id = tx.insert("users", { name: "ada", age: 1 });
  expect(tx.patch(null, id, { age: { $undefined: null } })).not.toHaveProperty("age");
  expect(tx.patch("users", id, { _id: id, age: 2 })).toMatchObject({ name: "ada", age: 2 });
  expect(tx.replace("users", id, { name: "bob" })).toMatchObject({ _id: id, name: "bob" });
  expect(tx.get("users", id)).not.toHaveProperty("age");
  expect(tx.delete("users", id)).toMatchObject({ name: "bob" });
  expect(tx.get("users", id)).toBeNull();
});

it("[WR4] what cannot be written is refused: other tables' ids, missing documents, system fields", async () => {
  const database = await withSchema();
  const tx = database.begin("mutation");
  const id = tx.insert("users", { name: "ada" });
  expect(() => tx.patch("posts", id, {})).toThrow(/of table users, not of posts/);
  expect(() => tx.get("users", "nonsense")).toThrow(/Unable to decode ID/);
  expect(() => tx.insert("users", { name: "x", _id: id })).toThrow(/underscore/);
  expect(() => tx.patch("users", id, { _creationTime: 1 })).toThrow(/does not match/);
  expect(() => tx.insert("_storage", {})).toThrow(/cannot be written/);
  expect(() => tx.insert("_mine", {})).toThrow(/cannot be written/);
  expect(() => tx.insert("bad name", {})).toThrow(/Invalid table name/);
  tx.delete("users", id);
  expect(() => tx.delete("users", id)).toThrow(`Delete on nonexistent document ID ${id}`);
  expect(() => tx.patch("users", id, {})).toThrow(`Update on nonexistent document ID ${id}`);
  expect(() => database.begin("query").insert("users", { name: "x" })).toThrow(/Only mutations/);
});

it("[WR5] values that Convex cannot hold are refused", () => {
  const database = testDatabase();
  const tx = database.begin("mutation");
  let nested: JSONObject = {};
  for (let depth = 0; depth < 16; depth++) nested = { nested };
  const fields = Object.fromEntries(Array.from({ length: 1025 }, (_, i) => [`f${i}`, 1]));
  const bad: [JSONObject, RegExp][] = [
    [[1] as unknown as JSONObject, /must be an object/],
    [null as unknown as JSONObject, /must be an object/],
    [{ $integer: "BQAAAAAAAAA=" }, /must be an object/],
    [nested, /too nested/],
    [fields, /too many fields/],
    [{ list: new Array<number>(8193).fill(1) }, /too long/],
    [{ ключ: 1 }, /invalid character/],
    [{ inner: { $a: 1, b: 2 } }, /reserved/],
    [{ inner: [{ $undefined: null }] }, /undefined/],
    [{ text: "x".repeat(MAX_DOCUMENT_BYTES) }, /too large/],
  ];
  for (const [value, reason] of bad) expect(() => tx.insert("t", value)).toThrow(reason);
});

it("[TX6] what passes a limit fails with Convex's words, and nested calls may be held shorter", async () => {
  const database = testDatabase();
  await mutate(database, (tx) => {
    for (let n = 0; n < 10; n++) tx.insert("t", { n });
  });
  const all = range("t.by_creation_time");
  const limited = database.begin("mutation", { limits: { documentsRead: 5, documentsWritten: 2 } });
  expect(() => collect(limited, all)).toThrow(
    /Too many documents read in a single function execution \(limit: 5\)/,
  );
  limited.insert("t", {});
  limited.insert("t", {});
  expect(() => limited.insert("t", {})).toThrow(/Too many documents written/);
  const tx = database.begin("mutation");
  const restore = tx.usage.narrow({ databaseQueries: 1 });
  tx.count("t");
  expect(() => tx.count("t")).toThrow(/Too many reads/);
  restore();
  expect(tx.count("t")).toBe(10);
  expect(tx.usage.used("databaseQueries")).toBe(3);
});

it("[TX7] the snapshot view sees neither own writes nor adds to the read set", async () => {
  const database = testDatabase();
  await mutate(database, (tx) => tx.insert("t", { n: 1 }));
  const tx = database.begin("mutation");
  tx.insert("t", { n: 2 });
  const view = tx.snapshotView();
  expect(collect(view, range("t.by_creation_time"))).toHaveLength(1);
  expect([...tx.reads.intervals()]).toEqual([]);
  expect(() => view.insert("t", {})).toThrow(/Only mutations/);
});

it("[TX8] system tables are the engine's: users read the public ones and write none", async () => {
  const database = testDatabase();
  const id = await mutate(database, (tx) => tx.system.insert("_storage", { sha256: "x" }));
  const secret = await mutate(database, (tx) => tx.system.insert("_engine_settings", { key: "k" }));
  const tx = database.begin("mutation");
  expect(tx.get("_storage", id, true)).toMatchObject({ sha256: "x" });
  expect(() => tx.get(null, id)).toThrow(/ctx\.db\.system\.get/);
  expect(() => tx.get(null, secret, true)).toThrow(/cannot be read/);
  expect(() => collect(tx, range("_engine_settings.by_key"))).toThrow(/cannot be read/);
  expect(() => tx.delete(null, id)).toThrow(/cannot be written/);
  expect(tx.system.get(secret)).toMatchObject({ key: "k" });
  const byKey = range("_engine_settings.by_key", [{ type: "Eq", fieldPath: "key", value: "k" }]);
  const cursor = tx.system.openQuery(byKey);
  expect(cursor.next()).toMatchObject({ _id: secret });
});

it("[TX9] a place for the commit's time is filled in, in documents and in indexes", async () => {
  const database = await withSchema();
  const author = await mutate(database, (tx) => tx.insert("users", { name: "ada" }));
  const tx = database.begin("mutation");
  tx.insert("posts", { author, at: { $commitTs: null } });
  const { ts } = await database.commit(tx);
  const [post] = query(database, (reader) => collect(reader, range("posts.by_at")));
  const bytes = Buffer.from((post!["at"] as { $integer: string }).$integer, "base64");
  expect(bytes.readBigInt64LE()).toBe(BigInt(ts) * 1000n);
  const bound = { type: "Eq" as const, fieldPath: "at", value: post!["at"]! };
  expect(query(database, (reader) => collect(reader, range("posts.by_at", [bound])))).toHaveLength(
    1,
  );
});

it("[TX10] index ranges that do not follow the index are refused", async () => {
  const database = await withSchema();
  const tx = database.begin("query");
  const bound = { type: "Eq" as const, fieldPath: "age", value: 1 };
  expect(() => tx.openQuery(range("users.by_name", [bound]))).toThrow(/does not follow the fields/);
  expect(() => tx.openQuery(range("users.by_age"))).toThrow("Index users.by_age not found.");
  const twice = ["Gt", "Gte"].map((type) => ({
    type: type as "Gt",
    fieldPath: "name",
    value: "a",
  }));
  expect(() => tx.openQuery(range("users.by_name", twice))).toThrow(/twice/);
  expect(() => tx.openQuery(range("users.by_name", [], "up" as "asc"))).toThrow(/not "up"/);
});
