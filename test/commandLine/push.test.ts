import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { makeFunctionReference } from "convex/server";
import type { Value } from "convex/values";
import { describe, expect, it, onTestFinished } from "vitest";

import type { EngineLog } from "../../src/embedded/engineLog.ts";
import {
  startEmbeddedConvex,
  type EmbeddedConvexOptions,
} from "../../src/embedded/startEmbeddedConvex.ts";
import { httpClient, type TestEngine } from "../support/convexEngine.ts";
import { ConvexProject, runConvex, startConvex } from "../support/stockCommandLine.ts";

const SERVER = `import { queryGeneric as query, mutationGeneric as mutation, actionGeneric as action,
  internalMutationGeneric as internalMutation } from "convex/server"; import { v } from "convex/values";`;
const schema = (fields: string, indexes = "") => `
  import { defineSchema, defineTable } from "convex/server";
  import { v } from "convex/values";
  export default defineSchema({ messages: defineTable({ ${fields} })${indexes} });`;
const answer = (value: string) => `${SERVER}
  export const answer = query({ args: {}, handler: async () => ${value} });
  export const send = mutation({ args: { body: v.any() }, handler: async (ctx, { body }) =>
    await ctx.db.insert("messages", { body }) });
  export const remove = mutation({ args: { id: v.string() }, handler: async (ctx, { id }) => await ctx.db.delete(id) });
  export const fail = query({ args: {}, handler: async () => { throw new Error("on purpose"); } });`;

function makeProject(files: Record<string, string>): ConvexProject {
  const project = new ConvexProject(files);
  onTestFinished(() => project.remove());
  return project;
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "pushed-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function startEngine(options: Partial<EmbeddedConvexOptions> = {}): Promise<TestEngine> {
  const events: EngineLog[] = [];
  const log = (event: EngineLog) => void events.push(event);
  const engine = await startEmbeddedConvex({ dataDir: ":memory:", log, ...options });
  onTestFinished(() => engine.close());
  return { ...engine, events };
}

const call = async (engine: TestEngine, path: string) =>
  (await httpClient(engine.url).query(makeFunctionReference<"query">(path))) as Value;
const send = async (engine: TestEngine, body: Value) =>
  (await httpClient(engine.url).mutation(makeFunctionReference<"mutation">("a:send"), {
    body,
  })) as string;

describe("convex deploy", () => {
  it("[CL30] pushes code, schema and indexes; stack traces lead to the project's own lines", async () => {
    const project = makeProject({
      "convex/a.ts": answer("1"),
      "convex/schema.ts": schema("body: v.any()", '.index("by_body", ["body"])'),
    });
    const engine = await startEngine();
    const deployed = await runConvex(project, engine, "deploy");
    expect(deployed).toMatchObject({ code: 0 });
    expect(deployed.stderr).toContain("[+] messages.by_body");
    expect(await call(engine, "a:answer")).toBe(1);
    await expect(call(engine, "a:fail")).rejects.toThrow(/on purpose[\s\S]*convex\/a\.ts:7/);
    expect(engine.events).toContainEqual(
      expect.objectContaining({ type: "pushed", isForGood: true }) as object,
    );
    const generated = readFileSync(project.path("convex/_generated/api.d.ts"), "utf8");
    expect(generated).toContain('import type * as a from "../a.js"');

    project.write("convex/schema.ts", schema("body: v.any()"));
    const dropped = await runConvex(project, engine, "deploy");
    expect(dropped.stderr).toContain("[-] messages.by_body");
  });

  it("[CL31] code that does not load, and a schema that the data does not fit, are refused by name; the old code goes on", async () => {
    const project = makeProject({ "convex/a.ts": answer("1") });
    const engine = await startEngine();
    await runConvex(project, engine, "deploy");
    const id = await send(engine, "text");

    project.write("convex/a.ts", `throw new Error("at load"); ${answer("2")}`);
    const broken = await runConvex(project, engine, "deploy", "--typecheck", "disable");
    expect(broken.code).toBe(1);
    expect(broken.stderr).toMatch(
      /Failed to load a: .*at load\n +at \.\.\/convex\/a\.ts:1:\d+\n[^ ]/,
    );
    project.write("convex/a.ts", `export const late = await Promise.resolve(2); ${answer("2")}`);
    const awaits = await runConvex(project, engine, "deploy", "--typecheck", "disable");
    expect(awaits.stderr).toMatch(/\nconvex\/a\.js:\d+:\d+: Top-level await is currently not/);
    expect(await call(engine, "a:answer")).toBe(1);

    project.write("convex/a.ts", answer("3"));
    project.write("convex/schema.ts", schema("body: v.number()"));
    for (const flags of [["--dry-run"], []]) {
      const misfit = await runConvex(project, engine, "deploy", "--typecheck", "disable", ...flags);
      expect(misfit.code).toBe(1);
      expect(misfit.stderr).toContain("Schema validation failed");
      expect(misfit.stderr).toContain(id);
      expect(misfit.stderr).toContain("messages");
    }
    expect(await call(engine, "a:answer")).toBe(1);

    project.write("convex/schema.ts", schema("body: v.string()"));
    expect(await runConvex(project, engine, "deploy")).toMatchObject({ code: 0 });
    expect(await call(engine, "a:answer")).toBe(3);
    await expect(send(engine, 5)).rejects.toThrow(/schema/);
  });

  it("[CL32] a dry run and codegen change nothing", async () => {
    const project = makeProject({ "convex/a.ts": answer("1") });
    const engine = await startEngine();
    await runConvex(project, engine, "deploy");
    project.write("convex/a.ts", answer("2"));
    project.write("convex/schema.ts", schema("body: v.any()", '.index("by_body", ["body"])'));
    const dry = await runConvex(project, engine, "deploy", "--dry-run");
    expect(dry).toMatchObject({ code: 0 });
    expect(dry.stderr).toContain("by_body");
    expect(await runConvex(project, engine, "codegen")).toMatchObject({ code: 0 });
    const model = readFileSync(project.path("convex/_generated/dataModel.d.ts"), "utf8");
    expect(model).toContain("schema");
    expect(await call(engine, "a:answer")).toBe(1);
  });

  it("[CL33] what was pushed last runs after a restart, and a folder of functions goes before it", async () => {
    const project = makeProject({ "convex/a.ts": answer('process.env.WHO ?? "pushed"') });
    const dataDir = temporaryFolder();
    const first = await startEngine({ dataDir });
    await runConvex(project, first, "deploy");
    await runConvex(project, first, "env", "set", "WHO", "Ada");
    await first.close();

    const second = await startEngine({ dataDir });
    expect(await call(second, "a:answer")).toBe("Ada");
    await expect(call(second, "a:fail")).rejects.toThrow(/convex\/a\.ts:7/);
    await second.close();

    const folder = makeProject({ "convex/a.ts": answer('"folder"') });
    const third = await startEngine({ dataDir, functionsDir: folder.path("convex") });
    expect(await call(third, "a:answer")).toBe("folder");
    await runConvex(project, third, "deploy");
    expect(await call(third, "a:answer")).toBe("Ada");
    expect(third.events).toContainEqual(
      expect.objectContaining({ type: "pushed", isForGood: false }) as object,
    );
  });

  it("[CL35] Node actions, HTTP routes, crons and auth configuration come with a push", async () => {
    const project = makeProject({
      "convex/a.ts": answer("1"),
      "convex/inNode.ts": `"use node"; ${SERVER} import { createHash } from "node:crypto"; import { shared } from "./shared.js";
        export const digest = action({ args: {}, handler: async () =>
          createHash("sha256").update(shared).digest("hex").slice(0, 8) });
        export const fail = action({ args: {}, handler: async () => { throw new Error("in Node"); } });`,
      "convex/shared.ts": `export const shared = "shared";`,
      "convex/alsoShared.ts": `${SERVER} import { shared } from "./shared.js";
        export const read = query({ args: {}, handler: async () => shared });`,
      "convex/http.ts": `import { httpRouter, httpActionGeneric as httpAction } from "convex/server";
        const http = httpRouter();
        http.route({ path: "/hook", method: "GET", handler: httpAction(async () => new Response("hooked")) });
        export default http;`,
      "convex/crons.ts": `import { cronJobs, makeFunctionReference } from "convex/server";
        const crons = cronJobs();
        crons.interval("daily", { hours: 24 }, makeFunctionReference("a:send"), { body: "cron" });
        export default crons;`,
      "convex/auth.config.ts": `export default { providers: [{ domain: "https://issuer.example", applicationID: "app" }] };`,
    });
    const engine = await startEngine();
    expect(await runConvex(project, engine, "deploy")).toMatchObject({ code: 0 });
    const digest = createHash("sha256").update("shared").digest("hex").slice(0, 8);
    expect((await runConvex(project, engine, "run", "inNode:digest")).stdout).toBe(`"${digest}"\n`);
    expect(await call(engine, "alsoShared:read")).toBe("shared");
    const failed = await runConvex(project, engine, "run", "inNode:fail");
    expect(failed.stderr).toMatch(/in Node[\s\S]*convex\/inNode\.ts/);
    expect(await (await fetch(`${engine.siteUrl}/hook`)).text()).toBe("hooked");
  });

  it("[CL36] an external package that the engine does not have is refused with what to do", async () => {
    const project = makeProject({
      "package.json": '{"dependencies":{"convex":"1.48.0","not-there":"1.2.3"}}',
      "convex.json": '{"node":{"externalPackages":["not-there"]}}',
      "convex/a.ts": `"use node"; ${SERVER} import nothing from "not-there";
        export const run = action({ args: {}, handler: async () => nothing });`,
    });
    project.delete("node_modules");
    mkdirSync(project.path("node_modules"));
    symlinkSync(join(process.cwd(), "node_modules", "convex"), project.path("node_modules/convex"));
    project.write("node_modules/not-there/package.json", '{"version":"1.2.3"}');
    project.write("node_modules/not-there/index.js", "module.exports = 1;");
    const engine = await startEngine();
    const refused = await runConvex(project, engine, "deploy", "--typecheck", "disable");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("npm install not-there@1.2.3");
  });

  it("[CL37] a variable that the app declares and nobody has set is named", async () => {
    const project = makeProject({
      "convex/a.ts": answer("1"),
      "convex/convex.config.ts": `import { defineApp } from "convex/server"; import { v } from "convex/values";
        export default defineApp({ env: { NEEDED: v.string() } });`,
    });
    const engine = await startEngine();
    const refused = await runConvex(project, engine, "deploy");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("NEEDED");
    await runConvex(project, engine, "env", "set", "NEEDED", "x");
    expect(await runConvex(project, engine, "deploy")).toMatchObject({ code: 0 });
  });
});

describe("convex dev", () => {
  it("[CL38] makes a saved change live, leaves the old code when it is broken, and streams logs", async () => {
    const project = makeProject({ "convex/a.ts": answer("1") });
    const engine = await startEngine();
    const dev = startConvex(project, engine, "dev", "--typecheck", "disable");
    await expect.poll(dev.output).toContain("functions ready");
    project.write("convex/a.ts", answer("2"));
    await expect.poll(() => call(engine, "a:answer")).toBe(2);
    project.write("convex/a.ts", answer("}"));
    await expect.poll(dev.output).toMatch(/Unexpected "}"|Expected/);
    expect(await call(engine, "a:answer")).toBe(2);
    project.write("convex/a.ts", answer('console.log("logged") ?? 3'));
    await expect.poll(() => call(engine, "a:answer")).toBe(3);
    await expect.poll(dev.output).toContain("logged");
  });

  it("[CL39] waits with a schema until the data fits it", async () => {
    const project = makeProject({ "convex/a.ts": answer("1") });
    const engine = await startEngine();
    await runConvex(project, engine, "dev", "--once");
    const id = await send(engine, "text");
    project.write("convex/schema.ts", schema("body: v.number()"));
    const dev = startConvex(project, engine, "dev", "--typecheck", "disable");
    await expect.poll(dev.output).toContain("Schema validation failed");
    await runConvex(project, engine, "run", "a:remove", JSON.stringify({ id }));
    await expect.poll(dev.output).toContain("functions ready");
    await expect(send(engine, "text")).rejects.toThrow(/schema/);
  });
});
