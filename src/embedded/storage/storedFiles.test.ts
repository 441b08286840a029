import { expect, it } from "vitest";

import { mutate, query, testDatabase } from "../../../test/support/embeddedStore.ts";
import { readStoredFile } from "./storedFiles.ts";

it("[ST9] what is no id is an error where a file is named, and an id without a file is none", async () => {
  const database = testDatabase();
  const id = await mutate(database, (tx) => tx.insert("notes", { text: "no file" }));
  const read = (storageId: string) => query(database, (tx) => readStoredFile(tx, storageId));
  expect(read(id)).toBeNull();
  expect(() => read("made up")).toThrow('"made up" is not a storage ID.');
});
