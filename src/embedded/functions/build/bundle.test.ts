import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import {
  fixtureBundle,
  openTestRuntime,
  valueOf,
  writeProject,
} from "../../../../test/support/testRuntime.ts";
import { bundleFunctions } from "./bundle.ts";

const QUERY = `
  import { queryGeneric as query } from "convex/server";
`;

it("[FB2] a Node import in the default runtime names file and line, and what to do", async () => {
  const functionsDir = await writeProject({
    "reads.ts": 'import { readFileSync } from "node:fs";\nexport const x = readFileSync;\n',
  });
  const bundling = bundleFunctions({ functionsDir });
  await expect(bundling).rejects.toMatchObject({
    code: "FUNCTIONS_INVALID",
    message: expect.stringMatching(/convex\/reads\.ts:1:\d+: .*node:fs.*"use node"/s) as string,
  });
});

it("[FB2] a syntax error names file and line", async () => {
  const functionsDir = await writeProject({ "broken.ts": "export const x = ;\n" });
  await expect(bundleFunctions({ functionsDir })).rejects.toThrow(/convex\/broken\.ts:1:18/);
});

it("[FB3] everything that went in is listed, for watching", async () => {
  const { inputs, functionsDir } = await fixtureBundle();
  expect(inputs).toContain(path.join(functionsDir, "messages.ts"));
  expect(inputs).toContain(path.join(functionsDir, "texts.ts"));
  expect(inputs.every((input) => path.isAbsolute(input))).toBe(true);
});

it("[FB4] external packages stay out of the Node bundle and are found at run time", async () => {
  const bundle = await fixtureBundle();
  const file = bundle.node.get("texts") ?? "";
  expect(await readFile(file, "utf8")).toMatch(/from "parse5"/);
  const { action } = await openTestRuntime();
  expect(valueOf(await action("texts:plain", { html: "<p>Hello <b>you</b></p>" }))).toBe(
    "Hello you",
  );
});

it.each([
  [
    'throw new TypeError("at load");',
    /Failed to load bad: Uncaught TypeError: at load\n    at \.\.\/convex\/bad\.ts:1:\d+$/,
  ],
  ["setTimeout(() => 1);", /Failed to load bad: .*Timers cannot be used while a module/],
  ["for (;;);", /Failed to load bad: .*took too long/],
])("[FB5] a module that cannot be loaded is named: %s", async (source, message) => {
  const functionsDir = await writeProject({ "bad.ts": `${source}\nexport const x = 1;\n` });
  const bundle = await bundleFunctions({ functionsDir });
  await expect(openTestRuntime({ bundle })).rejects.toThrow(message);
});

it("[FB5] a Node module that cannot be loaded is named", async () => {
  const source = '"use node";\nthrow new Error("at load");\nexport const x = 1;\n';
  const bundle = await bundleFunctions({ functionsDir: await writeProject({ "bad.ts": source }) });
  await expect(openTestRuntime({ bundle })).rejects.toThrow(/Failed to load bad: .*at load/);
});

it.each([
  [
    "mail.ts",
    `"use node";${QUERY} export const q = query({ handler: () => 1 });`,
    /mail: q is a query/,
  ],
  [
    "crons.ts",
    `import { cronJobs, makeFunctionReference } from "convex/server";
     const crons = cronJobs();
     crons.interval("x", { hours: 1 }, makeFunctionReference("a:b"));
     export default crons;`,
    /crons: "x" runs a:b/,
  ],
  [
    "schema.ts",
    `import { defineSchema, defineTable } from "convex/server";
     export default defineSchema({ _t: defineTable({}) });`,
    /schema: .*_t/,
  ],
])("[FB6] what a definition may not say is refused: %s", async (name, source, message) => {
  const bundle = await bundleFunctions({ functionsDir: await writeProject({ [name]: source }) });
  await expect(openTestRuntime({ bundle })).rejects.toThrow(message);
});

it("[FB7] a project whose _generated folder was never written is served all the same", async () => {
  const functionsDir = await writeProject({
    "greet.ts": `
      import { query, internalQuery } from "./_generated/server";
      import { internal } from "./_generated/api";
      export const name = internalQuery({ args: {}, handler: () => "Ada" });
      export const hello = query({
        args: {},
        handler: async (ctx) => \`hello \${await ctx.runQuery(internal.greet.name, {})}\`,
      });`,
    "inner/count.ts": `"use node";
      import { action } from "../_generated/server.js";
      import { api } from "../_generated/api.js";
      export const letters = action({
        args: {},
        handler: async (ctx) => (await ctx.runQuery(api.greet.hello, {})).length,
      });`,
  });
  const { query, action } = await openTestRuntime({
    bundle: await bundleFunctions({ functionsDir }),
  });
  expect(valueOf(await query("greet:hello"))).toBe("hello Ada");
  expect(valueOf(await action("inner/count:letters"))).toBe("hello Ada".length);
});

it("[FB2] syntax that the runtime does not have names file and line", async () => {
  const functionsDir = await writeProject({
    "fine.ts": "export const y = 1;\n",
    "late.ts": "export const y = 1;\nexport class A {\n  accessor x = 1;\n}\n",
  });
  const bundle = await bundleFunctions({ functionsDir });
  await expect(openTestRuntime({ bundle })).rejects.toThrow(/SyntaxError: .*convex\/late\.ts:3/s);
});
