import { readdirSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, it } from "vitest";

import { collect, query, range, testDatabase } from "../../../test/support/embeddedStore.ts";
import type { FileStore } from "../storage/fileStore.ts";
import { Imports, importState, type ImportOrder } from "./imports.ts";

const NO_FILES = { remove: () => Promise.resolve() } as unknown as FileStore;
const ORDER: ImportOrder = { tableName: "t", mode: "append", format: "jsonLines" };

async function testImports() {
  const database = testDatabase();
  const directory = await mkdtemp(join(tmpdir(), "imports-"));
  const onError = (error: unknown) => {
    throw error;
  };
  const imports = await Imports.open({ database, files: NO_FILES, directory, onError });
  return {
    database,
    imports,
    /** Uploads a text and has it looked at; returns the id of the import. */
    upload: async (text: string): Promise<string> => {
      const token = await imports.beginUpload();
      await imports.addPart(token, 1, Buffer.from(text));
      const importId = await imports.finishUpload(token, ORDER);
      await imports.close();
      return importId;
    },
    stateOf: (importId: string) => query(database, (tx) => importState(tx, importId)?.["state"]),
    uploads: () => readdirSync(directory).length,
  };
}

it("[CL58] an import's upload goes when it is written, and when it fails", async () => {
  const { database, imports, upload, stateOf, uploads } = await testImports();
  const good = await upload('{"n":1}\n');
  expect(uploads()).toBe(1);
  await imports.perform(good);
  await imports.close();
  expect(stateOf(good)).toMatchObject({ state: "completed" });
  expect(query(database, (tx) => collect(tx, range("t.by_creation_time")))).toHaveLength(1);
  const broken = await upload('{"n":');
  expect(stateOf(broken)).toMatchObject({ state: "failed" });
  expect(uploads()).toBe(0);
});

it("[CL58] of imports that nobody confirms the oldest gives way, and is told so", async () => {
  const { imports, upload, stateOf, uploads } = await testImports();
  const ids: string[] = [];
  for (let n = 0; n < 9; n++) ids.push(await upload(`{"n":${n}}\n`));
  expect(uploads()).toBe(8);
  const [first = "", second = ""] = ids;
  expect(stateOf(first)).toMatchObject({ state: "failed" });
  await expect(imports.perform(first)).rejects.toThrow("no such import");
  await imports.perform(second);
  await imports.close();
  expect(stateOf(second)).toMatchObject({ state: "completed" });
});
