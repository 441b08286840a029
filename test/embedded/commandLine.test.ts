import { afterAll, beforeAll, expect, it } from "vitest";

import {
  startEmbeddedConvex,
  type EmbeddedConvex,
} from "../../src/embedded/startEmbeddedConvex.ts";
import { ConvexProject, runConvex } from "../support/stockCommandLine.ts";

/** The few that tell most; all of them are in test/commandLine (`npm run test:cli`). */
const project = new ConvexProject({
  "convex/notes.ts": `
    import { queryGeneric as query } from "convex/server";
    export const greet = query({ args: {}, handler: async () => "hello " + process.env.NAME });`,
});
let engine: EmbeddedConvex;
const convex = (...args: string[]) => runConvex(project, engine, ...args);

beforeAll(async () => {
  engine = await startEmbeddedConvex({ dataDir: ":memory:" });
});
afterAll(async () => {
  await engine.close();
  project.remove();
});

it("[CL30] a project is deployed to an empty engine, configured and run, and broken code is refused", async () => {
  const deploy = ["deploy", "--typecheck", "disable"];
  expect(await convex(...deploy)).toMatchObject({ code: 0 });
  expect(await convex("env", "set", "NAME", "Ada")).toMatchObject({ code: 0 });
  expect(await convex("run", "notes:greet")).toMatchObject({ code: 0, stdout: '"hello Ada"\n' });
  project.write("convex/broken.ts", `import "convex/server"; throw new Error("at load");`);
  const refused = await convex(...deploy);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("at load");
  expect((await convex("run", "notes:greet")).stdout).toBe('"hello Ada"\n');
});
