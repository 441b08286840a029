import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { makeFunctionReference } from "convex/server";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";

import {
  startEmbeddedConvex,
  type EmbeddedConvex,
} from "../../src/embedded/startEmbeddedConvex.ts";
import { httpClient, reactiveClient } from "../support/convexEngine.ts";
import { ConvexProject, runConvex } from "../support/stockCommandLine.ts";
import { ZipReader } from "../../src/embedded/snapshots/zipReader.ts";

const FUNCTIONS = {
  "convex/schema.ts": `
    import { defineSchema, defineTable } from "convex/server";
    import { v } from "convex/values";
    export default defineSchema({
      people: defineTable({ name: v.string(), age: v.optional(v.union(v.int64(), v.number())) }).index("by_name", ["name"]),
      pets: defineTable({ owner: v.id("people"), photo: v.optional(v.id("_storage")), data: v.optional(v.bytes()) }),
      rows: defineTable(v.any()),
    });`,
  "convex/data.ts": `
    import { queryGeneric as query, mutationGeneric as mutation, actionGeneric as action } from "convex/server";
    import { v } from "convex/values";
    export const all = query({ args: { table: v.string() }, handler: async (ctx, { table }) => await ctx.db.query(table).collect() });
    export const fill = action({ args: {}, handler: async (ctx) => {
      const photo = await ctx.storage.store(new Blob(["picture"], { type: "image/png" }));
      await ctx.runMutation("data:insert", { photo });
    } });
    export const insert = mutation({ args: { photo: v.id("_storage") }, handler: async (ctx, { photo }) => {
      const owner = await ctx.db.insert("people", { name: "Ada", age: 36n });
      await ctx.db.insert("pets", { owner, photo, data: new Uint8Array([1, 2, 3]).buffer });
    } });
    export const named = query({ args: { name: v.string() }, handler: async (ctx, { name }) =>
      (await ctx.db.query("people").withIndex("by_name", (q) => q.eq("name", name)).collect()).length });
    export const owners = query({ args: {}, handler: async (ctx) => {
      const pets = await ctx.db.query("pets").collect();
      return await Promise.all(pets.map(async ({ owner, photo }) => ({
        name: (await ctx.db.get(owner))?.name ?? null, url: photo && await ctx.storage.getUrl(photo) })));
    } });`,
};
const project = new ConvexProject(FUNCTIONS);
let engine: EmbeddedConvex;
let other: EmbeddedConvex;

const start = () =>
  startEmbeddedConvex({ dataDir: ":memory:", functionsDir: join(project.folder, "convex") });
const all = (table: string, of = engine) =>
  httpClient(of.url).query(makeFunctionReference<"query">("data:all"), { table }) as Promise<
    Record<string, unknown>[]
  >;
const countNamed = (name: string) =>
  httpClient(engine.url).query(makeFunctionReference<"query">("data:named"), { name });
const convex = (...args: string[]) => runConvex(project, engine, ...args);

beforeAll(async () => {
  [engine, other] = await Promise.all([start(), start()]);
});
afterAll(async () => {
  await Promise.all([engine.close(), other.close()]);
  project.remove();
});

describe("convex import of one table", () => {
  it("[CL40] reads CSV, JSON lines and JSON arrays; numbers and strings are told apart", async () => {
    project.write("rows.csv", 'name,age,note\nAda,36,"says ""hi"",\nand more"\nBob,-1.5e3,\n');
    expect(await convex("import", "--table", "rows", "rows.csv")).toMatchObject({ code: 0 });
    expect(await all("rows")).toMatchObject([
      { name: "Ada", age: 36, note: 'says "hi",\nand more' },
      { name: "Bob", age: -1500, note: "" },
    ]);
    project.write("rows.jsonl", '{"a":1,"n":{"$integer":"BQAAAAAAAAA="}}\n\n{"a":2}\n');
    const refused = await convex("import", "--table", "rows", "rows.jsonl");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("documents in rows already");
    expect((await convex("import", "--table", "rows", "--append", "rows.jsonl")).code).toBe(0);
    expect(await all("rows")).toHaveLength(4);
    expect((await all("rows"))[2]).toMatchObject({ a: 1, n: 5n });
    project.write("rows.json", '[{"b":1}]');
    const replaced = await convex("import", "--table", "rows", "--replace", "-y", "rows.json");
    expect(replaced.stderr).toContain("Added 1 documents");
    expect(await all("rows")).toMatchObject([{ b: 1 }]);
  });

  it("[CL41] a row that cannot be stored fails the import by its number, and nothing is written", async () => {
    for (const [file, text, complaint] of [
      ["bad.jsonl", '{"name":"fine"}\n{"name":5}\n', 'Row 2 of table "people"'],
      ["bad.jsonl", '{"name":"fine"}\nno json\n', "Row 2 is not JSON"],
      ["bad.jsonl", "[1]\n", "Row 1 is not an object"],
      ["bad.csv", "name,age\nAda\n", "CSV row 1"],
      ["bad.json", '{"name":"no array"}', "not a JSON array"],
    ] as const) {
      project.write(file, text);
      const failed = await convex("import", "--table", "people", file);
      expect(failed.code).toBe(1);
      expect(failed.stderr).toContain(complaint);
    }
    expect(await all("people")).toEqual([]);
  });

  it("[CL42] thousands of rows are written step by step and seen at once, indexes included", async () => {
    const seen = new Set<number>();
    const subscriber = reactiveClient(engine.url);
    const people = makeFunctionReference<"query">("data:all");
    subscriber.onUpdate(people, { table: "people" }, (rows: unknown[]) => seen.add(rows.length));
    const rows = Array.from({ length: 8_100 }, (_, i) => `{"name":"n${i}"}`).join("\n");
    project.write("many.jsonl", rows);
    expect((await convex("import", "--table", "people", "many.jsonl")).stderr).toContain("8100");
    expect(await all("people").then((people) => people.length)).toBe(8_100);
    expect(await countNamed("n8099")).toBe(1);
    await expect.poll(() => [...seen]).toEqual([0, 8_100]);
    project.write("none.jsonl", "");
    await convex("import", "--table", "people", "--replace", "-y", "none.jsonl");
    expect(await all("people")).toEqual([]);
  });
});

describe("convex export and import of everything", () => {
  it("[CL43] a snapshot brings documents, ids, references, int64, bytes and files back", async () => {
    await httpClient(engine.url).action(makeFunctionReference<"action">("data:fill"), {});
    const before = { people: await all("people"), pets: await all("pets") };
    const exported = await convex("export", "--path", "snapshot.zip", "--include-file-storage");
    expect(exported).toMatchObject({ code: 0 });
    const names = (await ZipReader.open(project.path("snapshot.zip"))).entries.map(
      ({ name }) => name,
    );
    expect(names).toEqual(
      expect.arrayContaining(["people/documents.jsonl", "_tables/documents.jsonl"]),
    );
    expect(names.find((name) => /^_storage\/\w+\.png$/.test(name))).toBeDefined();

    await httpClient(engine.url).action(makeFunctionReference<"action">("data:fill"), {});
    expect((await convex("import", "snapshot.zip")).stderr).toContain("already");
    expect((await convex("import", "--replace", "-y", "snapshot.zip")).code).toBe(0);
    expect({ people: await all("people"), pets: await all("pets") }).toEqual(before);

    expect((await runConvex(project, other, "import", "snapshot.zip")).code).toBe(0);
    const owners = makeFunctionReference<"query">("data:owners");
    const [pet] = (await httpClient(other.url).query(owners, {})) as {
      name: string;
      url: string;
    }[];
    expect(pet?.name).toBe("Ada");
    expect(await (await fetch(pet!.url)).text()).toBe("picture");
    expect((await all("people", other))[0]).toMatchObject({ age: 36n });
  });

  it("[CL44] --replace-all empties what the snapshot does not hold; a damaged one changes nothing", async () => {
    project.write("broken.zip", readFileSync(project.path("snapshot.zip")).subarray(0, 500));
    expect((await convex("import", "--replace-all", "-y", "broken.zip")).code).toBe(1);
    expect(await all("rows")).toHaveLength(1);
    project.write("extra.jsonl", '{"c":1}');
    await convex("import", "--table", "extra", "extra.jsonl"); // a table of no schema
    await convex("import", "--table", "rows", "--append", "extra.jsonl");
    expect((await convex("import", "--replace-all", "-y", "snapshot.zip")).code).toBe(0);
    expect(await all("rows")).toHaveLength(1);
    expect(await all("extra")).toEqual([]);
  });
});

describe("convex import for a component whose code has not come yet", () => {
  it("[CL48] keeps the data, also over a restart, and everything else goes on", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "snapshots-"));
    onTestFinished(() => rmSync(dataDir, { recursive: true }));
    const options = { dataDir, functionsDir: project.path("convex"), adminKey: engine.adminKey };
    const first = await startEmbeddedConvex(options);
    project.write("one.jsonl", '{"a":1}');
    const table = ["--table", "things", "--component", "later", "one.jsonl"];
    expect(await runConvex(project, first, "import", ...table)).toMatchObject({ code: 0 });
    await first.close();
    const second = await startEmbeddedConvex(options);
    onTestFinished(() => second.close());
    const shown = await runConvex(project, second, "data", "things", "--component", "later");
    expect(shown.stdout).toContain("| 1");
    const exporting = ["export", "--path", "later.zip", "--include-file-storage"];
    const exported = await runConvex(project, second, ...exporting);
    expect(exported).toMatchObject({ code: 0 });
  });
});
