import { join, dirname } from "node:path";

import { expect, it } from "vitest";

import {
  collect,
  mutate,
  query,
  range,
  testDatabase,
  testFile,
} from "../../../test/support/embeddedStore.ts";
import { begunJobs } from "../scheduler/scheduledJobs.ts";
import type { FileStore } from "../storage/fileStore.ts";
import type { Database } from "../store/database.ts";
import type { ImportMode, ImportPlan } from "./importPlan.ts";
import { performImport } from "./performImport.ts";
import { writeSnapshot } from "./writeSnapshot.ts";
import { ZipReader } from "./zipReader.ts";

const ROWS = 8_001; // one more than are written in one go
const NO_FILES = { remove: () => Promise.resolve() } as unknown as FileStore;

/** An import of ROWS documents, halfway through which something happens. */
function planOf(mode: ImportMode, halfway: () => Promise<unknown>): ImportPlan {
  async function* rows() {
    for (let n = 0; n < ROWS; n++) {
      if (n === ROWS >> 1) await halfway();
      yield { n };
    }
  }
  const table = { component: "", table: "t", rows, creates: ROWS, bytes: 0, deletes: [] };
  return { mode, tables: [table], files: [], idHere: (_, id) => id };
}

const count = (database: Database) =>
  query(database, (tx) => collect(tx, range("t.by_creation_time")).length);
const perform = (plan: ImportPlan, database: Database) =>
  performImport(plan, { database, files: NO_FILES }, () => undefined);

it("[CL42] what others write to a table while it is replaced is replaced, too", async () => {
  const database = testDatabase();
  await mutate(database, (tx) => tx.insert("t", { n: -1 }));
  const halfway = async () => {
    expect(count(database)).toBe(1);
    await mutate(database, (tx) => tx.insert("t", { n: -2 }));
  };
  expect(await perform(planOf("replace", halfway), database)).toBe(ROWS);
  expect(count(database)).toBe(ROWS);
});

it("[CL42] what is appended is seen step by step", async () => {
  const database = testDatabase();
  const seen: number[] = [];
  const halfway = () => Promise.resolve(seen.push(count(database)));
  await perform(planOf("append", halfway), database);
  expect(seen).toEqual([ROWS >> 1]);
});

it("[CL46] an import that fails halfway leaves the old data", async () => {
  const database = testDatabase();
  await mutate(database, (tx) => tx.insert("t", { n: -1 }));
  const halfway = () => Promise.reject(new Error("the file is gone"));
  await expect(perform(planOf("replace", halfway), database)).rejects.toThrow("the file is gone");
  expect(count(database)).toBe(1);
});

it("[CL47] an import into an empty table fails when somebody writes to it meanwhile", async () => {
  const database = testDatabase();
  const halfway = () => mutate(database, (tx) => tx.insert("t", { n: -1 }));
  await expect(perform(planOf("requireEmpty", halfway), database)).rejects.toThrow(
    "There are documents in t already",
  );
  expect(count(database)).toBe(1);
});

it("[CL48] data of a component whose code has not come yet is kept and exported, and holds up no job", async () => {
  const database = testDatabase();
  await mutate(database, (tx) => tx.inComponent("later").insert("t", { n: 1 }));
  const begun = () => query(database, (tx) => [...begunJobs(tx)]);
  expect(begun()).toEqual([]);
  const path = join(dirname(testFile()), "all.zip");
  const { signal } = new AbortController();
  await writeSnapshot({ database, files: NO_FILES }, path, { includeStorage: true, signal });
  const names = (await ZipReader.open(path)).entries.map(({ name }) => name);
  expect(names).toContain("_components/later/t/documents.jsonl");
  const schema = database.schema("");
  await database.applySchema(schema, new Map([["later", schema]]));
  expect(begun()).toEqual([]);
  expect(query(database, (tx) => tx.inComponent("later").hasTable("_scheduled_functions"))).toBe(
    true,
  );
});
