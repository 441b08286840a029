import { readFileSync } from "node:fs";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { startTestEngine, type TestEngine } from "../support/convexEngine.ts";
import { ConvexProject, fixtureFiles, runConvex } from "../support/stockCommandLine.ts";

/** Two counters, each with a meter of its own, and a component from npm that brings another one. */
const project = new ConvexProject({
  ...fixtureFiles("components"),
  "convex/convex.config.ts": `
    import { defineApp } from "convex/server";
    import { v } from "convex/values";
    import workflow from "@convex-dev/workflow/convex.config";
    import counter from "./counter/convex.config";
    const app = defineApp({ env: { GREETING: v.string() } });
    app.use(counter, { env: { UNIT: "clicks", GREETING: app.env.GREETING }, httpPrefix: "/counter/" });
    app.use(counter, { name: "second" });
    app.use(workflow);
    export default app;`,
});
let engine: TestEngine;
const convex = (...args: string[]) => runConvex(project, engine, ...args);
const result = async (...args: string[]): Promise<unknown> =>
  JSON.parse((await convex("run", ...args)).stdout);
const generated = (file: string) => readFileSync(project.path(`convex/${file}`), "utf8");
/** Newest first. */
const counts = async (component: string): Promise<unknown[]> =>
  JSON.parse(
    (await convex("data", "counts", "--component", component, "--format", "jsonArray")).stdout,
  ) as unknown[];

beforeAll(async () => {
  engine = await startTestEngine({ environment: { GREETING: "hello" } });
});
afterAll(async () => {
  await engine.close();
  project.remove();
});

describe("a project with components", () => {
  it("[CL50] is pushed whole: nested, several of one definition, from npm, with variables and routes", async () => {
    const deployed = await convex("deploy", "--typecheck", "disable");
    expect(deployed).toMatchObject({ code: 0 });
    const installed = deployed.stderr.match(/(?<=Installed component )[\w/]+/g);
    expect(installed?.toSorted()).toEqual([
      "counter",
      "counter/meter",
      "second",
      "second/meter",
      "workflow",
      "workflow/workpool",
      "workflow/workpool/batchWorker",
    ]);
    expect(await result("app:addToBoth", '{"name":"a","by":2}')).toEqual([2, 4]);
    expect(await result("app:ask", '{"what":"surroundings"}')).toMatchObject({
      variables: ["clicks", "clicks", "hello"],
    });
    expect(await (await fetch(`${engine.siteUrl}/counter/unit`)).text()).toBe("clicks");
  });

  it("[CL51] a change to a component and one that is taken out come with the next push", async () => {
    const file = "convex/meter/public.ts";
    const before = readFileSync(project.path(file), "utf8");
    project.write(file, before.replace(").length", ").length * 100"));
    expect(await convex("dev", "--once", "--typecheck", "disable")).toMatchObject({ code: 0 });
    expect(await result("app:counts", '{"name":"a"}')).toEqual([2, 4, 100]);

    const config = generated("convex.config.ts");
    project.write("convex/convex.config.ts", config.replace("app.use(workflow);", ""));
    const deployed = await convex("deploy", "--typecheck", "disable");
    expect(deployed.stderr).toContain("Unmounted component workflow.");
    expect(await result("app:counts", '{"name":"a"}')).toEqual([2, 4, 100]);
  });

  it("[CL52] codegen writes the references to what each component offers, and changes nothing", async () => {
    for (const folder of ["", "counter/", "meter/"]) project.delete(`convex/${folder}_generated`);
    project.write("convex/app.ts", generated("app.ts").replace("args.by * 2", "args.by * 3"));
    expect(await convex("codegen", "--typecheck", "disable")).toMatchObject({ code: 0 });
    expect(generated("_generated/api.d.ts")).toMatch(
      /second: import\("\.\.\/counter\/_generated\/component\.js"\)\.ComponentApi<"second">/,
    );
    const offered = generated("counter/_generated/component.ts");
    expect(offered).toMatch(/get: FunctionReference<"query", "internal", { name: string }/);
    expect(offered).not.toContain("secretly");
    expect(await result("app:addToBoth", '{"name":"c","by":1}')).toEqual([1, 2]);
  });

  it("[CL53] run and data reach into a component that is named", async () => {
    expect(await result("public:get", '{"name":"a"}', "--component", "second")).toBe(4);
    expect(await result("public:ticks", "--component", "counter/meter")).toBe(200);
    const inline = 'await ctx.db.query("counts").first()';
    const asSecond = await convex("run", "--inline-query", inline, "--component", "second");
    expect(asSecond.stdout).toContain('"secret"');
    const missing = await convex("run", "public:nothing", "--component", "counter");
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain("public:secretly");
    expect((await convex("data", "--component", "counter")).stdout).toBe("counts\n");
    expect((await counts("second")).slice(0, 2)).toMatchObject([
      { name: "c", count: 2 },
      { name: "a", count: 4 },
    ]);
  });

  it("[CL54] export and import carry the tables of components", async () => {
    expect(await convex("export", "--path", "all.zip")).toMatchObject({ code: 0 });
    const before = await counts("second");
    expect(await result("app:addToBoth", '{"name":"later","by":1}')).toEqual([1, 2]);
    const replaced = await convex("import", "--replace", "-y", "all.zip");
    expect(replaced).toMatchObject({ code: 0 });
    expect(replaced.stderr).toContain("second/meter: counts");
    expect(await counts("second")).toEqual(before);

    project.write("one.jsonl", '{"name":"imported","count":7}');
    const table = ["--table", "counts", "--component", "counter", "one.jsonl"];
    expect(await convex("import", "--append", ...table)).toMatchObject({ code: 0 });
    expect(await result("app:counts", '{"name":"imported"}')).toEqual([7, 0, 200]);
  });
});
