/** Holds what src/embedded/README.md says of the differences from Convex, where a test can hold it. */
import { readFileSync } from "node:fs";

import { expect, it } from "vitest";

import { bundleFunctions } from "../../src/embedded/functions/build/bundle.ts";
import { NO_IDENTITY } from "../../src/embedded/functions/identity.ts";
import {
  ADMIN,
  errorOf,
  fixtureBundle,
  openTestRuntime,
  valueOf,
  writeProject,
} from "../support/testRuntime.ts";
import type { TestRuntime, TestRuntimeOptions } from "../support/testRuntime.ts";

async function openProject(
  files: Record<string, string>,
  options: TestRuntimeOptions = {},
): Promise<TestRuntime> {
  const functionsDir = await writeProject(files);
  return await openTestRuntime({ ...options, bundle: await bundleFunctions({ functionsDir }) });
}

it("[KD1] the page of differences names tests that exist", () => {
  const page = readFileSync("src/embedded/README.md", "utf8");
  const named = page.match(/\bKD\d+\b/g) ?? [];
  const tested = readFileSync("test/embedded/differences.test.ts", "utf8");
  expect(named.length).toBeGreaterThan(5);
  for (const rule of named) expect(tested).toContain(`it("[${rule}]`);
});

it("[KD2] an error reaches the client with its message and stack", async () => {
  const { query } = await openProject({
    "odd.ts": `
      import { queryGeneric as query } from "convex/server";
      export const fail = query({ args: {}, handler: () => { throw new Error("my reason"); } });`,
  });
  expect(errorOf(await query("odd:fail"))).toMatch(/Server Error\n.*my reason\n +at .*odd\.ts:3/s);
});

it("[KD2] where it is switched off, clients are told no more than a ConvexError's data", async () => {
  const files = {
    "odd.ts": `
      import { actionGeneric as action, queryGeneric as query } from "convex/server";
      import { ConvexError } from "convex/values";
      const fail = () => { console.log("a secret"); throw new Error("my reason"); };
      export const inQuery = query({ args: {}, handler: fail });
      export const inAction = action({ args: {}, handler: fail });
      export const told = query({ args: {}, handler: () => { throw new ConvexError("for you"); } });
      export const fine = query({ args: {}, handler: () => { console.log("a secret"); return 1; } });`,
    "http.ts": `
      import { httpActionGeneric as httpAction, httpRouter } from "convex/server";
      const http = httpRouter();
      const handler = httpAction(() => { throw new Error("my reason"); });
      http.route({ path: "/fails", method: "GET", handler });
      export default http;`,
  };
  const { query, action, runner } = await openProject(files, { redactsErrors: true });
  const kept = {
    ok: false,
    errorMessage: expect.stringMatching(/^\[Request ID: \w+\] Server Error$/),
  };
  expect(await query("odd:inQuery")).toMatchObject({ ...kept, logLines: [] });
  expect(await action("odd:inAction")).toMatchObject({ ...kept, logLines: [] });
  expect(await query("odd:told")).toMatchObject({ ...kept, errorData: "for you" });
  expect(await query("odd:fine")).toMatchObject({ ok: true, value: 1, logLines: [] });
  expect(errorOf(await query("odd:inQuery", {}, ADMIN))).toContain("my reason");
  expect(errorOf(await query("odd:inQuery", {}, { kind: "stranger" }))).toContain("permission");
  const answer = await runner.runHttpAction(new Request("http://x/fails"), NO_IDENTITY);
  expect(Object.keys((await answer.json()) as object)).toEqual(["code"]);
});

it("[KD3] components share globalThis", async () => {
  const { query } = await openProject({
    "convex.config.ts": `
      import { defineApp } from "convex/server";
      import part from "./part/convex.config.ts";
      const app = defineApp();
      app.use(part);
      export default app;`,
    "part/convex.config.ts": `
      import { defineComponent } from "convex/server";
      export default defineComponent("part");`,
    "part/own.ts": `
      import { queryGeneric as query } from "convex/server";
      globalThis.mark = "of the component";
      export const x = query({ args: {}, handler: () => null });`,
    "own.ts": `
      import { queryGeneric as query } from "convex/server";
      export const mark = query({ args: {}, handler: () => globalThis.mark });`,
  });
  expect(valueOf(await query("own:mark"))).toBe("of the component");
});

it("[KD4] a query that nobody watches runs each time it is asked", async () => {
  const { query, log } = await openProject({
    "count.ts": `
      import { queryGeneric as query } from "convex/server";
      export const runs = query({ args: {}, handler: () => { console.log("ran"); return 1; } });`,
  });
  await query("count:runs");
  await query("count:runs");
  expect(log.filter((event) => event.type === "line")).toHaveLength(2);
});

it("[KD5] no two tables share a number, whichever components they are of", async () => {
  const bundle = await fixtureBundle("components");
  const { mutation, query } = await openTestRuntime({ bundle, environment: { GREETING: "hi" } });
  valueOf(await mutation("app:addToBoth", { name: "a", by: 1 }));
  const idOf = { what: "idOf", args: { name: "a" } };
  const first = valueOf(await query("app:ask", idOf)) as string;
  const second = valueOf(await query("app:askSecond", idOf)) as string;
  expect(first.slice(0, 3)).not.toBe(second.slice(0, 3));
});

it("[KD6] vector search looks at every vector", async () => {
  const { mutation, action } = await openProject({
    "schema.ts": `
      import { defineSchema, defineTable } from "convex/server";
      import { v } from "convex/values";
      export default defineSchema({
        points: defineTable({ n: v.number(), at: v.array(v.float64()) })
          .vectorIndex("by_at", { vectorField: "at", dimensions: 2 }),
      });`,
    "points.ts": `
      import { actionGeneric as action, mutationGeneric as mutation } from "convex/server";
      export const fill = mutation({
        args: {},
        handler: async (ctx) => {
          for (let n = 0; n < 2_000; n++) {
            const at = [Math.cos(n / 400), Math.sin(n / 400)];
            await ctx.db.insert("points", { n, at });
          }
        },
      });
      export const near = action({
        args: {},
        handler: async (ctx) =>
          (await ctx.vectorSearch("points", "by_at", { vector: [1, 0], limit: 256 })).length,
      });`,
  });
  valueOf(await mutation("points:fill"));
  expect(valueOf(await action("points:near"))).toBe(256);
});

it("[KD7] services of Convex Cloud are refused in those words", async () => {
  const { query } = await openProject({
    "cloud.ts": `
      import { queryGeneric as query } from "convex/server";
      export const ask = query({
        args: {},
        handler: async () => await Convex.asyncSyscall(
          "1.0/getServiceUrl", JSON.stringify({ service: "ai-gateway", version: "1.48.0" })),
      });`,
  });
  expect(errorOf(await query("cloud:ask"))).toMatch(/exists on Convex Cloud only/);
});

it("[KD8] audit logs go to the function log", async () => {
  const { mutation, log } = await openProject({
    "audited.ts": `
      import { mutationGeneric as mutation } from "convex/server";
      export const act = mutation({
        args: {},
        handler: async () => {
          await Convex.asyncSyscall(
            "1.0/auditLog", JSON.stringify({ body: { did: "it" }, version: "1.48.0" }));
        },
      });`,
  });
  valueOf(await mutation("audited:act"));
  const lines = log.flatMap((event) => (event.type === "line" ? [event.line] : []));
  expect(lines.join()).toMatch(/\[AUDIT\].*"did":"it"/);
});

it("[KD9] a deployment has class s16 and no region", async () => {
  const { query } = await openProject({
    "meta.ts": `
      import { queryGeneric as query } from "convex/server";
      export const deployment = query({
        args: {},
        handler: (ctx) => ctx.meta.getDeploymentMetadata(),
      });`,
  });
  expect(valueOf(await query("meta:deployment"))).toMatchObject({ class: "s16", region: null });
});

it("[KD10] a request does not tell the token that it was sent with", async () => {
  const { runner } = await openProject({
    "meta.ts": `
      import { mutationGeneric as mutation } from "convex/server";
      export const request = mutation({ args: {}, handler: (ctx) => ctx.meta.getRequestMetadata() });`,
  });
  const identity = { kind: "user", attributes: { tokenIdentifier: "a|b" } } as const;
  const outcome = await runner.runMutation({ path: "meta:request", args: [{}], identity });
  expect(valueOf(outcome)).toMatchObject({ authToken: null });
});

it("[KD11] a mutation stores and reads a thousand files and 16 MiB of them at most", async () => {
  const { mutation } = await openProject({
    "files.ts": `
      import { mutationGeneric as mutation } from "convex/server";
      const blob = new Blob(["four"]);
      export const useSome = mutation({ args: {}, handler: async (ctx) => {
        await ctx.storage.get(await ctx.storage.store(blob));
        return await ctx.meta.getTransactionMetrics();
      } });
      export const useNone = mutation({ args: {}, handler: (ctx) =>
        ctx.runMutation("files:useSome", {}, { transactionLimits: { fileReadBytes: 3 } }) });`,
  });
  expect(valueOf(await mutation("files:useSome"))).toMatchObject({
    filesWritten: { used: 1, remaining: 999 },
    fileWriteBytes: { used: 4, remaining: 16_777_212 },
    filesRead: { used: 1, remaining: 999 },
    fileReadBytes: { used: 4, remaining: 16_777_212 },
    bytesWritten: { remaining: expect.any(Number) as number },
  });
  expect(errorOf(await mutation("files:useNone"))).toContain(
    "Too many bytes of files read in a single function execution (limit: 3 bytes)",
  );
});

it("[KD12] a query imports a module when it needs it", async () => {
  const { query } = await openProject({
    "late.ts": "export const answer = 42;",
    "asks.ts": `
      import { queryGeneric as query } from "convex/server";
      export const late = query({ args: {}, handler: async () => (await import("./late")).answer });`,
  });
  expect(valueOf(await query("asks:late"))).toBe(42);
});
