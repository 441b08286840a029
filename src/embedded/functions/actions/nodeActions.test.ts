import { expect, it } from "vitest";
import {
  errorOf,
  fixtureBundle,
  openTestRuntime,
  SITE_URL,
  valueOf,
  writeProject,
} from "../../../../test/support/testRuntime.ts";
import type { ActionScope } from "./actionScope.ts";
import { bundleFunctions } from "../build/bundle.ts";
import { NodeActions } from "./nodeActions.ts";

it("[NA3] a Node action has Node, its packages and the environment of the functions alone", async () => {
  const { action } = await openTestRuntime();
  expect(valueOf(await action("texts:sha256", { text: "abc" }))).toMatch(/^ba7816bf/);
  expect(valueOf(await action("texts:variables"))).toEqual({ site: SITE_URL, home: null });
});

it("[NA4] a Node action reads and writes through the engine", async () => {
  const { action, query } = await openTestRuntime();
  const sent = valueOf(await action("texts:send", { body: "from Node" }));
  expect(sent).toMatchObject({ read: "from Node" });
  expect(valueOf(await query("messages:list", { channel: "node" }))).toMatchObject([
    { body: "from Node" },
  ]);
});

it("[NA5] errors and console lines of a Node action arrive as those of any other", async () => {
  const { action } = await openTestRuntime();
  expect(await action("texts:fails", { coded: true })).toMatchObject({
    errorData: { code: "NODE" },
  });
  expect(errorOf(await action("texts:fails", { coded: false }))).toMatch(
    /Uncaught RangeError: node boom\n {4}at .*handler \(\.\.\/convex\/texts\.ts:\d+:\d+\)/,
  );
  expect((await action("texts:plain", { html: "x" })).logLines).toEqual(["[LOG] 'converting' 1"]);
});

it("[NA2] a worker that dies fails its action, and the next action gets a new one", async () => {
  const { action } = await openTestRuntime();
  expect(errorOf(await action("texts:exits"))).toContain("The worker of the action was lost.");
  expect(valueOf(await action("texts:sha256", { text: "abc" }))).toMatch(/^ba7816bf/);
});

it("[NA1] an action whose worker dies is not run again", async () => {
  const runs = `
    import { mutationGeneric as mutation, queryGeneric as query } from "convex/server";
    export const note = mutation({ args: {}, handler: async (ctx) => {
      await ctx.db.insert("runs", {});
    } });
    export const count = query({ args: {}, handler: async (ctx) =>
      (await ctx.db.query("runs").collect()).length });`;
  const dying = `
    "use node";
    import { actionGeneric as action, makeFunctionReference } from "convex/server";
    const note = makeFunctionReference("runs:note");
    export const dies = action({ args: {}, handler: async (ctx) => {
      await ctx.runMutation(note, {});
      process.exit(3);
    } });
    export const lives = action({ args: {}, handler: async (ctx) => {
      await ctx.runMutation(note, {});
    } });`;
  const functionsDir = await writeProject({ "runs.ts": runs, "dying.ts": dying });
  const { action, query } = await openTestRuntime({
    bundle: await bundleFunctions({ functionsDir }),
  });
  expect(errorOf(await action("dying:dies"))).toContain("The worker of the action was lost.");
  expect(valueOf(await query("runs:count"))).toBe(1);
  valueOf(await action("dying:lives")); // a new worker has started, and took up nothing but this
  expect(valueOf(await query("runs:count"))).toBe(2);
});

it("[NA6] an action that blocks its worker is ended at the time limit", async () => {
  const bundle = await fixtureBundle();
  const actions = new NodeActions({
    environment: {},
    functionsDir: bundle.functionsDir,
    limitMs: 4_000, // the next action needs that much on a busy machine: it starts a worker
  });
  const scope = { call: { requestId: "r" } } as unknown as ActionScope;
  const file = bundle.node.get("texts") ?? "";
  const blocked = await actions.run(scope, { file, export: "blocks", args: "[{}]" });
  expect(blocked).toMatchObject({
    thrown: { message: expect.stringContaining("timed out") as string },
  });
  const next = await actions.run(scope, { file, export: "sha256", args: '[{"text":"abc"}]' });
  expect(next.ok).toBe(true);
  await actions.close();
});
