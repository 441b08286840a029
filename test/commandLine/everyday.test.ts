import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { startTestEngine, type TestEngine } from "../support/convexEngine.ts";
import { ConvexProject, runConvex, startConvex } from "../support/stockCommandLine.ts";

const SCHEMA = `
  import { defineSchema, defineTable } from "convex/server";
  import { v } from "convex/values";
  export default defineSchema({
    messages: defineTable({ body: v.string(), size: v.int64() }),
    empty: defineTable({}),
  });`;
const MESSAGES = `
  import { queryGeneric as query, mutationGeneric as mutation, actionGeneric as action,
    internalMutationGeneric as internalMutation } from "convex/server";
  import { v } from "convex/values";
  export const list = query({ args: {}, handler: async (ctx) =>
    (await ctx.db.query("messages").collect()).map(({ body }) => body) });
  export const send = mutation({ args: { body: v.string() }, returns: v.null(), handler: async (ctx, { body }) => {
    console.warn("sending", body);
    await ctx.db.insert("messages", { body, size: BigInt(body.length) });
    return null;
  } });
  export const whoami = internalMutation({ args: {}, handler: async (ctx) =>
    (await ctx.auth.getUserIdentity())?.name ?? null });
  export const greeting = action({ args: {}, handler: async () => process.env.GREETING ?? null });
  export const fail = query({ args: {}, handler: async () => { throw new Error("on purpose"); } });`;

const project = new ConvexProject({
  "convex/schema.ts": SCHEMA,
  "convex/messages.ts": MESSAGES,
  "convex/http.ts": `
    import { httpRouter, httpActionGeneric as httpAction } from "convex/server";
    const http = httpRouter();
    http.route({ path: "/hook", method: "POST", handler: httpAction(async () => new Response()) });
    export default http;`,
});
let engine: TestEngine;
const stranger = () => ({ url: engine.url, adminKey: `${engine.adminKey}0` });
const convex = (...args: string[]) => runConvex(project, engine, ...args);

beforeAll(async () => {
  engine = await startTestEngine({
    functionsDir: join(project.folder, "convex"),
    environment: { GIVEN: "at start" },
  });
});
afterAll(async () => {
  await engine.close();
  project.remove();
});

describe("convex run", () => {
  it("[CL1] calls public and internal functions, as a user if asked, and fails with the error", async () => {
    expect(await convex("run", "messages:send", '{"body":"by hand"}')).toMatchObject({ code: 0 });
    expect((await convex("run", "messages:list")).stdout).toContain('"by hand"');
    const asAda = await convex("run", "messages:whoami", "{}", "--identity", '{"name":"Ada"}');
    expect(asAda).toMatchObject({ code: 0, stdout: '"Ada"\n' });
    const failed = await convex("run", "messages:fail");
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain("on purpose");
    const missing = await convex("run", "messages:nothing");
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain("messages:whoami");
  });

  it("[CL2] --watch prints each new result", async () => {
    const watching = startConvex(project, engine, "run", "messages:list", "--watch");
    await expect.poll(watching.output).toContain("by hand");
    await convex("run", "messages:send", '{"body":"while watched"}');
    await expect.poll(watching.output).toContain("while watched");
  });
});

describe("convex run --inline-query", () => {
  const inline = (...args: string[]) => convex("run", "--inline-query", ...args);

  it("[CL55] evaluates a query of the command's own beside the code, and shows what it logged", async () => {
    await convex("run", "messages:send", '{"body":"found"}');
    const body =
      'const all = await ctx.db.query("messages").collect(); console.log("looking"); return all.length;';
    const [counted, last] = await Promise.all([
      inline(body),
      inline('(await ctx.db.query("messages").order("desc").first()).body'),
    ]);
    expect(counted.stdout).toMatch(/^\d+\n$/);
    expect(counted.stderr).toContain("looking");
    expect(last.stdout).toBe('"found"\n');
    const nested = await inline('await ctx.runQuery("messages:list", {})');
    expect(nested.stdout).toContain('"found"');
  });

  it("[CL56] an inline query writes nothing, and one that fails or is none says why", async () => {
    for (const [source, complaint] of [
      ['throw new Error("by hand")', /by hand[\s\S]*testQuery\.js:5/],
      ['await ctx.db.insert("messages", {})', /insert is not a function/],
      ["await fetch('http://127.0.0.1')", /fetch\(\) in queries/],
      ["for (;;);", /timed out/],
      ["return )", /testQuery\.js:5/],
      ["export const a = 1; export default query({ handler: () => 1 }), b", /testQuery/],
    ] as const) {
      const failed = await inline(source);
      expect(failed.code).toBe(1);
      expect(failed.stderr).toMatch(complaint);
    }
    expect((await convex("run", "messages:nothing")).stderr).not.toContain("testQuery");
  });
});

describe("convex data and function-spec", () => {
  it("[CL3] list tables, system tables too, and show documents in every format", async () => {
    for (const body of ["1", "2", "3"]) {
      await convex("run", "messages:send", JSON.stringify({ body }));
    }
    expect((await convex("data")).stdout).toBe("empty\nmessages\n");
    const newest = await convex("data", "messages", "--limit", "2", "--format", "jsonArray");
    expect(newest.stdout.match(/"body": "\d"/g)).toEqual(['"body": "3"', '"body": "2"']);
    const oldest = await convex("data", "messages", "--limit", "1", "--order", "asc");
    expect(oldest.stdout).toContain('"by hand"');
    expect(oldest.stdout).toContain("7n");
    expect((await convex("data", "empty")).stderr).toContain("no documents");
    expect((await convex("data", "_storage")).stderr).toContain("no documents");
  });

  it("[CL4] tell every function with its validators, and every route", async () => {
    const { stdout } = await convex("function-spec");
    const spec = JSON.parse(stdout) as { url: string; functions: Record<string, unknown>[] };
    expect(spec.url).toBe(engine.url);
    expect(spec.functions).toContainEqual({
      functionType: "Mutation",
      identifier: "messages.js:send",
      visibility: { kind: "public" },
      args: { type: "object", value: { body: { fieldType: { type: "string" }, optional: false } } },
      returns: { type: "null" },
    });
    expect(spec.functions).toContainEqual({
      ...{ functionType: "HttpAction", method: "POST", path: "/hook" },
    });
  });
});

describe("convex env", () => {
  it("[CL5] sets, lists, gets and removes variables, which the functions see at once", async () => {
    expect(await convex("env", "set", "GREETING", "hello there")).toMatchObject({ code: 0 });
    expect((await convex("run", "messages:greeting")).stdout).toBe('"hello there"\n');
    expect((await convex("env", "get", "GREETING")).stdout).toBe("hello there\n");
    expect((await convex("env", "list")).stdout).toBe("GIVEN=at start\nGREETING=hello there\n");
    expect(await convex("env", "remove", "GREETING")).toMatchObject({ code: 0 });
    expect((await convex("env", "get", "GREETING")).stderr).toContain("not found");
  });

  it("[CL6] refuses what it could not keep: given variables, reserved and odd names", async () => {
    const given = await convex("env", "set", "GIVEN", "other");
    expect(given.code).toBe(1);
    expect(given.stderr).toContain("given by whoever starts the engine");
    for (const name of ["CONVEX_SITE_URL", "1ST", "X".repeat(41)]) {
      expect((await convex("env", "set", name, "x")).code).toBe(1);
    }
    expect((await convex("env", "list")).stdout).toBe("GIVEN=at start\n");
  });
});

describe("convex logs", () => {
  it("[CL7] streams lines and errors, and gives the history as JSON lines", async () => {
    const following = startConvex(project, engine, "logs", "--success");
    await expect.poll(following.output).toContain("Watching logs");
    await expect
      .poll(async () => {
        await convex("run", "messages:send", '{"body":"logged"}');
        await convex("run", "messages:fail");
        return following.output();
      })
      .toMatch(
        /M\(messages:send\)\] \[WARN\] 'sending' 'logged'[\s\S]*Function executed[\s\S]*on purpose/,
      );

    const history = startConvex(project, engine, "logs", "--history", "2", "--jsonl");
    const entries = () => history.output().match(/^\{.*\}$/gm) ?? [];
    await expect.poll(entries).toHaveLength(2);
    expect(JSON.parse(entries()[0]!)).toMatchObject({
      kind: "Completion",
      udfType: "Mutation",
      identifier: "messages:send",
      logLines: [{ level: "WARN", messages: ["'sending' 'logged'"] }],
    });
  });
});

describe("what is not served", () => {
  it("[CL8] is said at once, by the command and by the engine", async () => {
    expect((await convex("dashboard")).stderr).toContain("not supported for self-hosted");
    const response = await fetch(`${engine.url}/api/v1/usage_limits`, {
      headers: { "Convex-Client": "npm-cli-1.48.0", Authorization: `Convex ${engine.adminKey}` },
    });
    expect(response.status).toBe(400); // a 404 would be asked again for minutes
    expect(await response.json()).toMatchObject({ code: "NotServed" });
  });

  it("[CL8] tables and components that do not exist are shown to be empty, without waiting for ever", async () => {
    for (const asked of [
      ["nothing"],
      ["_crons"],
      ["_stored_files"],
      ["_scheduled_functions", "--component", "none"],
    ]) {
      expect((await convex("data", ...asked)).stderr).toContain("no documents in this table");
    }
    expect((await convex("data", "--component", "none")).stderr).toContain("no tables");
  });

  it.each([
    "logs",
    "run messages:list",
    "run messages:list --watch",
    "deploy --typecheck disable",
    "export --path never.zip",
    "data",
    "data messages",
    "env list",
    "env get GREETING",
    "env set GREETING never",
    "env remove GREETING",
    "function-spec",
    "import --table never --format jsonLines convex/messages.ts",
    "codegen",
  ])("[CL8] a wrong admin key ends convex %s, which says so", async (command) => {
    const ended = await runConvex(project, stranger(), ...command.split(" "));
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/admin key is/);
  });

  it("[CL57] convex network-test finds that all is well", async () => {
    const tested = await convex("network-test", "--timeout", "20");
    expect(tested).toMatchObject({ code: 0 });
    expect(tested.stderr).toContain("Network test passed");
  });

  it("[CL9] system functions and operator routes answer to the admin key alone", async () => {
    const query = { path: "_system/cli/tables", args: {} };
    const body = JSON.stringify(query);
    const asAnyone = await fetch(`${engine.url}/api/query`, { method: "POST", body });
    expect(await asAnyone.json()).toMatchObject({ status: "error" });
    for (const [path, method] of [
      ["/api/stream_function_logs?cursor=0", "GET"],
      ["/api/update_environment_variables", "POST"],
      ["/api/v1/get_canonical_urls", "GET"],
    ] as const) {
      expect((await fetch(engine.url + path, { method })).status).toBe(403);
    }
  });
});
