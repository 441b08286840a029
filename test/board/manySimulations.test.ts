/** Thousands of simulated lives of a board, in two processes at once. */
import { it } from "vitest";
import { simulateSeeds } from "../support/boardSimulation/simulateSeeds.ts";

const SEEDS = 2_000;

it("[WS1] [WS2] [WS5] of thousands of boards none is lost, split or spoiled", async () => {
  await simulateSeeds(1_000_000, SEEDS);
});
