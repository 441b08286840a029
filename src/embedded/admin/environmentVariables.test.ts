import { expect, it } from "vitest";

import { openDatabase } from "../store/openDatabase.ts";
import { EnvironmentVariables, type VariableChanges } from "./environmentVariables.ts";

it("[CL12] stored variables outlive the engine; given ones hide them while they are given", async () => {
  const database = openDatabase({ path: ":memory:" });
  const applied: VariableChanges[] = [];
  const apply = (changes: VariableChanges) => Promise.resolve(void applied.push(changes));
  const first = new EnvironmentVariables({}, { database, apply });
  await first.changeStored({ A: "stored", B: "stored" });
  const second = new EnvironmentVariables({ A: "given" }, { database, apply });
  expect(second.list()).toEqual([
    ["A", "given"],
    ["B", "stored"],
  ]);
  await expect(second.changeStored({ A: "other" })).rejects.toThrow("given by whoever starts");
  await second.changeGiven({ A: undefined });
  expect(applied.at(-1)).toEqual({ A: "stored" });
  expect(second.list()[0]).toEqual(["A", "stored"]);
  await database.close();
});

it("[CL13] a change with which the functions do not load is not made", async () => {
  const database = openDatabase({ path: ":memory:" });
  const refuse = () => Promise.reject(new Error("does not load"));
  const variables = new EnvironmentVariables({}, { database, apply: refuse });
  await expect(variables.changeStored({ A: "1" })).rejects.toThrow("does not load");
  expect(variables.list()).toEqual([]);
  const again = new EnvironmentVariables({}, { database, apply: refuse });
  expect(again.list()).toEqual([]);
  await database.close();
});
