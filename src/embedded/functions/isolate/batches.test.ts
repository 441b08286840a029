/** Queries that are asked for in one turn share one guard; each must fare as if it were alone. */
import { expect, it } from "vitest";
import {
  errorOf,
  openTestRuntime,
  valueOf,
  writeProject,
} from "../../../../test/support/testRuntime.ts";
import { bundleFunctions } from "../build/bundle.ts";

it("[FI7] an endless query is cut off without the others that were asked for with it", async () => {
  const { query } = await openTestRuntime();
  const asked = ["value", "loops", "value", "digest", "never", "value"] as const;
  const outcomes = await Promise.all(
    asked.map((name) =>
      name === "value" ? query("nested:value", { name: "a" }) : query(`batches:${name}`),
    ),
  );
  const errors = outcomes.map((outcome) => (outcome.ok ? null : outcome.errorMessage));
  expect(errors[1]).toContain("Function execution timed out");
  expect(errors[4]).toContain("can never finish");
  for (const index of [0, 2, 3, 5]) expect(errors[index]).toBeNull();
});

it("[FI14] what cannot be loaded anew after a cut-off fails that call and not those after it", async () => {
  let loads = 0;
  const functionsDir = await writeProject({
    "moody.ts": `
      import { query } from "./_generated/server";
      if (Date.now() === 2) throw new Error("Not now.");
      export const loops = query(() => { for (;;); });
      export const answer = query(() => 42);`,
  });
  const bundle = await bundleFunctions({ functionsDir });
  const { query } = await openTestRuntime({ bundle, now: () => ++loads });
  expect(errorOf(await query("moody:loops"))).toContain("Function execution timed out");
  loads = 1;
  await expect(query("moody:answer")).rejects.toThrow("Not now.");
  expect(valueOf(await query("moody:answer"))).toBe(42);
});

it("[FR1] many queries at once each read their own arguments", async () => {
  const { query, mutation } = await openTestRuntime();
  const names = Array.from({ length: 100 }, (_, index) => `counter ${index}`);
  for (const name of names.slice(0, 50)) valueOf(await mutation("nested:increment", { name }));
  const outcomes = await Promise.all(names.map((name) => query("nested:value", { name })));
  expect(outcomes.map(valueOf)).toEqual(names.map((_, index) => (index < 50 ? 1 : 0)));
});
