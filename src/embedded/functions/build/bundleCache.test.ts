import { cpSync, rmSync, writeFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import { expect, it } from "vitest";

import { projectFolder, writeProject } from "../../../../test/support/testRuntime.ts";
import { bundleFunctions, type BundledDefinition } from "./bundle.ts";
import { BundleCache } from "./bundleCache.ts";

/** Two components, the meter within the counter; with a cache that holds both. */
async function openProject() {
  const functionsDir = await writeProject({ "empty.ts": "" });
  cpSync(projectFolder("components"), functionsDir, { recursive: true });
  const cache = new BundleCache<BundledDefinition>();
  const bundled = async () => (await bundleFunctions({ functionsDir, cache })).components;
  const areKept = async () => {
    const [first, second] = [await bundled(), await bundled()];
    return [...first].every(([name, bundle]) => second.get(name) === bundle);
  };
  await expect.poll(areKept).toBe(true); // not what was written a moment ago
  const meter = (file: string) => path.join(functionsDir, "meter", file);
  return { bundled, meter };
}

it("[FB9] a changed component is bundled anew, and no other", async () => {
  const { bundled, meter } = await openProject();
  const before = await bundled();
  writeFileSync(meter("public.ts"), "export const changed = 42;\n");
  const after = await bundled();
  expect(after.get("meter")?.isolate.source).toContain("changed = 42");
  expect(after.get("counter")).toBe(before.get("counter"));
});

it("[FB9] so is one that uses a component whose definition has changed", async () => {
  const { bundled, meter } = await openProject();
  const before = await bundled();
  writeFileSync(
    meter("convex.config.ts"),
    `import { defineComponent } from "convex/server"; export default defineComponent("other");`,
  );
  const after = await bundled();
  for (const name of ["counter", "meter"]) {
    expect(after.get(name)?.isolate.source).toContain('"other"');
    expect(after.get(name)).not.toBe(before.get(name));
  }
});

it("[FB9] a module that was added or taken out shows", async () => {
  const { bundled, meter } = await openProject();
  writeFileSync(meter("added.ts"), "export const added = 1;\n");
  expect((await bundled()).get("meter")?.modules.map(({ path: id }) => id)).toContain("added");
  rmSync(meter("added.ts"));
  expect((await bundled()).get("meter")?.modules.map(({ path: id }) => id)).not.toContain("added");
});

it("[FB9] what was changed while it was bundled is not taken for what was bundled", async () => {
  const file = path.join(await writeProject({ "a.ts": "first" }), "a.ts");
  const cache = new BundleCache();
  const files = { modules: [], definitions: new Map<string, string>() };
  const build = async () => {
    const text = await readFile(file, "utf8");
    await writeFile(file, "second");
    return { inputs: [file], text };
  };
  expect(await cache.ofFiles("a", files, build)).toMatchObject({ text: "first" });
  expect(await cache.ofFiles("a", files, build)).toMatchObject({ text: "second" });
});
