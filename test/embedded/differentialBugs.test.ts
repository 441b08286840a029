/** That the comparison of engine and `convex-test` notices what it should: each planted bug is found. */
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  startDifferentialEngine,
  type DifferentialEngine,
} from "../support/differential/engineSide.ts";
import { PLANTED_BUGS } from "../support/differential/plantedBugs.ts";
import { searchPlanted } from "../support/differential/searchDifference.ts";
import type { Transaction } from "../../src/embedded/transaction/transaction.ts";

let engine: DifferentialEngine;
let plant: (tx: Transaction) => void = () => undefined;

beforeAll(async () => {
  engine = await startDifferentialEngine((tx) => {
    plant(tx);
  });
});
afterAll(() => engine.close());

it.each(Object.entries(PLANTED_BUGS))("[DF2] it is noticed when %s", async (_, bug) => {
  plant = bug;
  try {
    expect(await searchPlanted(engine)).not.toBeNull();
  } finally {
    plant = () => undefined;
  }
});
