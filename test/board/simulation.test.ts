/** A hundred simulated lives of a board; thousands are in manySimulations.test.ts. */
import { expect, it, vi } from "vitest";
import { spoiledSources } from "../support/boardSimulation/plantBug.ts";
import { PLANTED_BUGS, SURVIVED_BUGS } from "../support/boardSimulation/plantedBugs.ts";
import { shrink, simulate, stepsOf } from "../support/boardSimulation/simulate.ts";
import { simulateSeeds } from "../support/boardSimulation/simulateSeeds.ts";

it("[WS1] [WS2] [WS5] [V2.3.1] of 120 boards none is lost, split or spoiled", async () => {
  const counts = await simulateSeeds(1, 120);
  for (const [what, count] of Object.entries(counts))
    expect([what, count > 2]).toEqual([what, true]);
});

it("[WS3] the same seed gives the same run", async () => {
  const steps = stepsOf(7);
  expect(stepsOf(7)).toEqual(steps);
  expect(await simulate(7, steps)).toEqual(await simulate(7, steps));
});

it("[WS3] a run that fails is shortened to the steps that matter", async () => {
  const fails = vi.fn((steps: readonly { type: string }[]) =>
    Promise.resolve(steps.some(({ type }) => type === "draw")),
  );
  const steps = stepsOf(7);
  expect(await shrink(steps, fails)).toEqual([expect.objectContaining({ type: "draw" })]);
  expect(fails.mock.calls.length).toBeLessThan(steps.length * 2);
});

it.each([...PLANTED_BUGS, ...SURVIVED_BUGS])(
  "[WS4] the code still has the place where $title",
  (bug) => {
    expect(spoiledSources(bug).size).toBeGreaterThan(0);
  },
);
