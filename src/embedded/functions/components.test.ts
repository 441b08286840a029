import { expect, it } from "vitest";
import {
  ADMIN,
  errorOf,
  fixtureBundle,
  openTestRuntime,
  temporaryFolder,
  valueOf,
  writeProject,
} from "../../../test/support/testRuntime.ts";
import type { TestRuntimeOptions } from "../../../test/support/testRuntime.ts";
import { startScheduler } from "../scheduler/scheduler.ts";
import { bundleFunctions } from "./build/bundle.ts";
import type { Identity } from "./identity.ts";

const ADA: Identity = { kind: "user", attributes: { subject: "ada", issuer: "i" } };

async function openComponents(options: TestRuntimeOptions = {}) {
  const bundle = await fixtureBundle("components");
  const environment = { GREETING: "hello", SECRET: "of the app" };
  return await openTestRuntime({ bundle, environment, ...options });
}

it("[CO1] each place in the tree has tables of its own, also of one definition", async () => {
  const { mutation, query } = await openComponents();
  expect(valueOf(await mutation("app:addToBoth", { name: "a", by: 2 }))).toEqual([2, 4]);
  expect(valueOf(await mutation("app:addToBoth", { name: "a", by: 1 }))).toEqual([3, 6]);
  expect(valueOf(await query("app:counts", { name: "a" }))).toEqual([3, 6, 2]);
});

it("[CO1] an id of one component is none of another's", async () => {
  const { mutation, query } = await openComponents();
  valueOf(await mutation("app:addToBoth", { name: "a", by: 2 }));
  const id = valueOf(await query("app:ask", { what: "idOf", args: { name: "a" } }));
  expect(valueOf(await query("app:ask", { what: "readById", args: { id } }))).toMatchObject({
    _id: id,
  });
  expect(valueOf(await query("app:askSecond", { what: "readById", args: { id } }))).toBe(null);
});

it("[CO1] what is in the tables of components is there after a restart", async () => {
  const dataDir = await temporaryFolder();
  const before = await openComponents({ dataDir });
  valueOf(await before.mutation("app:addToBoth", { name: "a", by: 2 }));
  await before.close();
  const after = await openComponents({ dataDir });
  expect(valueOf(await after.query("app:counts", { name: "a" }))).toEqual([2, 4, 1]);
});

it("[CO2] a component that throws undoes its own writes, and those of its components, alone", async () => {
  const { mutation, query } = await openComponents();
  expect(valueOf(await mutation("app:tryToAdd", { name: "a", by: 9 }))).toBe(null);
  expect(valueOf(await mutation("app:tryToAdd", { name: "a", by: 9 }))).toMatch(/more than ten/);
  expect(valueOf(await query("app:counts", { name: "a" }))).toEqual([9, 0, 1]);
  expect(valueOf(await query("app:attempts"))).toBe(2);
});

it("[CO3] the app reaches what a component makes public and nothing else of it", async () => {
  const { mutation, query } = await openComponents();
  expect(errorOf(await mutation("app:callInternal"))).toMatch(/internal to its component/);
  expect(errorOf(await query("app:ask", { what: "missing" }))).toMatch(/Could not find function/);
});

it("[CO3] clients reach no function of a component, operators all", async () => {
  const { query } = await openComponents();
  const path = "counter::public:get";
  expect(errorOf(await query(path, { name: "a" }))).toMatch(/Could not find public function/);
  expect(valueOf(await query(path, { name: "a" }, ADMIN))).toBe(0);
});

it("[CO4] a component sees the variables it was given and no others, when it loads and later", async () => {
  const { query } = await openComponents();
  expect(valueOf(await query("app:ask", { what: "surroundings" }, ADA))).toEqual({
    identity: null,
    variables: ["clicks", "clicks", "hello"],
    secret: null,
  });
  expect(valueOf(await query("app:askSecond", { what: "surroundings" }, ADA))).toMatchObject({
    variables: [null, null, null],
  });
});

it("[CO4] a variable that is declared and not set is named", async () => {
  await expect(openComponents({ environment: {} })).rejects.toThrow(/GREETING.*is not set/);
});

it("[CO5] a handle leads from a component back to the app, at once and later, with nobody's identity", async () => {
  const { mutation, query, runner, database } = await openComponents();
  const scheduler = await startScheduler({
    database,
    runner,
    onError: (error) => {
      throw error;
    },
  });
  valueOf(await mutation("app:haveNoted", { note: "x" }, ADA));
  await expect.poll(async () => valueOf(await query("app:notes"))).toEqual(["now x", "later x"]);
  await expect
    .poll(async () => valueOf(await query("app:ask", { what: "jobs" })))
    .toEqual([
      { name: "::app.js:note", state: "success" },
      { name: "public.js:secretly", state: "success" },
    ]);
  expect(valueOf(await query("app:askSecond", { what: "jobs" }))).toEqual([]);
  await scheduler.close();
});

it("[CO6] files belong to the component that stored them", async () => {
  const { action, query } = await openComponents();
  const id = valueOf(await action("app:storeInCounter", { text: "words" }));
  expect(valueOf(await query("app:ask", { what: "fileUrl", args: { id } }))).toMatch(/storage/);
  expect(valueOf(await query("app:ownFileUrl", { id: id as string }))).toBe(null);
});

it("[CO7] a component's router answers below the prefix it is mounted at", async () => {
  const { runner } = await openComponents();
  const ask = (path: string) =>
    runner.runHttpAction(new Request(`http://site.test${path}`), { kind: "none" });
  const mounted = await ask("/counter/unit");
  expect(await mounted.text()).toBe("clicks");
  expect((await ask("/unit")).status).toBe(404);
});

it("[CO8] cron jobs of a component run its functions", async () => {
  const { runner } = await openComponents();
  const crons = [...runner.crons()].map(([name, { name: path }]) => [name, path]);
  expect(crons).toEqual([
    ["counter::tidy", "counter::public:secretly"],
    ["second::tidy", "second::public:secretly"],
  ]);
});

it("[CO9] .paginate() is refused in a component, with the way out", async () => {
  const { query } = await openComponents();
  expect(errorOf(await query("app:ask", { what: "page" }))).toMatch(/paginator.*convex-helpers/);
});

it("[FB8] a component that has no definition, or the name of another, is named", async () => {
  const unmarked = await writeProject({
    "convex.config.ts": `
      import { defineApp, defineComponent } from "convex/server";
      const app = defineApp();
      app.use(defineComponent("counter"));
      export default app;`,
  });
  const twice = await writeProject({
    "convex.config.ts": `
      import { defineApp } from "convex/server";
      import part from "./part/convex.config";
      const app = defineApp();
      app.use(part);
      app.use(part);
      export default app;`,
    "part/convex.config.ts": `
      import { defineComponent } from "convex/server";
      export default defineComponent("part");`,
  });
  const open = async (functionsDir: string) =>
    await openTestRuntime({ bundle: await bundleFunctions({ functionsDir }) });
  await expect(open(unmarked)).rejects.toThrow(/convex\.config.*componentDefinitionPath/s);
  await expect(open(twice)).rejects.toThrow(/two components with the name "part"/);
});
