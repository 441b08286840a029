/**
 * The engine against `convex-test`: generated schemas and programs must behave alike on both. What is not
 * compared, and why, stands in test/support/differential/README.md. `npm run chaos:differential` runs
 * 10,000 programs.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeFound } from "../support/differential/describeFound.ts";
import {
  startDifferentialEngine,
  type DifferentialEngine,
} from "../support/differential/engineSide.ts";
import { PLANTED_BUGS } from "../support/differential/plantedBugs.ts";
import { searchDifference, searchPlanted } from "../support/differential/searchDifference.ts";
import type { Transaction } from "../../src/embedded/transaction/transaction.ts";

let engine: DifferentialEngine;
let plant: (tx: Transaction) => void = () => undefined;

beforeAll(async () => {
  engine = await startDifferentialEngine((tx) => {
    plant(tx);
  });
});
afterAll(() => engine.close());

it("[DF1] generated programs behave alike under convex-test and under the engine", async () => {
  const { numRuns = 100, seed = Date.now() % 2 ** 31 } = fc.readConfigureGlobal();
  const found = await searchDifference({ engine, programs: numRuns, seed });
  expect(found === null ? null : describeFound(found)).toBeNull();
});

/** `npm run chaos:differential` plants them all. */
const BUGS = Object.entries(PLANTED_BUGS).filter((_, position) => position % 3 === 0);

it.each(BUGS)("[DF2] it is noticed when %s", async (_, bug) => {
  plant = bug;
  try {
    expect(await searchPlanted(engine)).not.toBeNull();
  } finally {
    plant = () => undefined;
  }
});
