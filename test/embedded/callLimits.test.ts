/** Convex's documented limits of the arguments and results of functions. */
import { describe, it } from "vitest";
import { bundleFunctions } from "../../src/embedded/functions/build/bundle.ts";
import type { JSONObject } from "../../src/embedded/values/jsonValue.ts";
import { sizeOf } from "../../src/embedded/values/normalizeValue.ts";
import { limitIn, MIB, repeated, type Row } from "../support/limitRows.ts";
import { openTestRuntime, writeProject, type TestRuntime } from "../support/testRuntime.ts";

const FUNCTIONS = {
  "calls.ts": `
    import { queryGeneric } from "convex/server";
    export const measure = queryGeneric(async (_, { value }) => JSON.stringify(value).length);
    export const repeat = queryGeneric(async (_, { count }) => "x".repeat(count));
    export const list = queryGeneric(async (_, { count }) => new Array(count).fill(1));
    export const nest = queryGeneric(async (_, { count }) => {
      let value = 1;
      for (let i = 0; i < count; i++) value = [value];
      return value;
    });`,
  "nodeCalls.ts": `"use node";
    import { actionGeneric } from "convex/server";
    export const measure = actionGeneric(async (_, { value }) => value.length);`,
};

let bundle: ReturnType<typeof bundleFunctions> | undefined;

async function openCalls(): Promise<TestRuntime> {
  bundle ??= bundleFunctions({ functionsDir: await writeProject(FUNCTIONS) });
  return await openTestRuntime({ bundle: await bundle });
}

async function call(runtime: TestRuntime, name: string, args: JSONObject): Promise<void> {
  const run = name.startsWith("nodeCalls") ? runtime.action : runtime.query;
  const outcome = await run(name, args);
  if (!outcome.ok) throw new Error(outcome.errorMessage);
}

const NO_TEXT = sizeOf([{ value: "" }]);
const NO_NODE_TEXT = JSON.stringify([{ value: "" }]).length;

describe("arguments and results", () => {
  it.each<Row<TestRuntime>>([
    [
      "bytes of arguments",
      16 * MIB,
      "Arguments for calls:measure are too large (actual: 16.00 MiB, limit: 16.00 MiB)",
      (runtime, n) => call(runtime, "calls:measure", { value: "x".repeat(n - NO_TEXT) }),
    ],
    [
      "bytes of arguments of a Node action",
      5 * MIB,
      "Node actions arguments size is too large. The maximum allowed size is 5 MiB.",
      (runtime, n) => call(runtime, "nodeCalls:measure", { value: "x".repeat(n - NO_NODE_TEXT) }),
    ],
    [
      "bytes of a result",
      16 * MIB,
      "Function calls:repeat return value is too large",
      (runtime, n) => call(runtime, "calls:repeat", { count: n - sizeOf("") }),
    ],
    [
      "elements of an array in arguments",
      8_192,
      "Invalid arguments for calls:measure: Array length is too long (8193 > maximum length 8192)",
      (runtime, n) => call(runtime, "calls:measure", { value: repeated(n, () => 1) }),
    ],
    [
      "elements of an array in a result",
      8_192,
      "Function calls:list return value invalid: Array length is too long (8193 > maximum length 8192)",
      (runtime, count) => call(runtime, "calls:list", { count }),
    ],
    [
      "levels of a result",
      64,
      "Function calls:nest return value invalid: Value is too nested",
      (runtime, count) => call(runtime, "calls:nest", { count }),
    ],
  ])("[LM3] %s: at most %i", limitIn(openCalls));
});
