/**
 * The engine against `convex-test`: generated schemas and programs must behave alike on both. What is not
 * compared, and why, stands in test/support/differential/README.md. `npm run chaos:differential` runs
 * 10,000 programs; differentialBugs.test.ts shows that the comparison notices.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeFound } from "../support/differential/describeFound.ts";
import {
  startDifferentialEngine,
  type DifferentialEngine,
} from "../support/differential/engineSide.ts";
import { searchDifference } from "../support/differential/searchDifference.ts";

let engine: DifferentialEngine;

beforeAll(async () => {
  engine = await startDifferentialEngine();
});
afterAll(() => engine.close());

it("[DF1] generated programs behave alike under convex-test and under the engine", async () => {
  const { numRuns = 100, seed = Date.now() % 2 ** 31 } = fc.readConfigureGlobal();
  const found = await searchDifference({ engine, programs: 2 * numRuns, seed });
  expect(found === null ? null : describeFound(found)).toBeNull();
});
