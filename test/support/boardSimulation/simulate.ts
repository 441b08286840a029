/** One simulated run from its seed, and the shortest list of its steps that still shows what is wrong. */
import { Chance } from "./chance.ts";
import { checkWorld, differences, viewOf, whatIsHeld } from "./checkWorld.ts";
import { makeSteps, type Step } from "./steps.ts";
import { World } from "./world.ts";

const MIN_STEPS = 10;
const MAX_STEPS = 60;
const MAX_SHRINKING_RUNS = 150;

export interface SimulatedRun {
  faults: string[];
  /** What happened, to see that runs do reach what they shall test. */
  counts: Record<"refused" | "rows" | "snapshots" | "drawings", number>;
}

export function stepsOf(seed: number): Step[] {
  const chance = new Chance(seed);
  return makeSteps(chance, chance.between(MIN_STEPS, MAX_STEPS));
}

/** The same seed and steps give the same run. */
export async function simulate(seed: number, steps: readonly Step[]): Promise<SimulatedRun> {
  const world = new World(seed);
  try {
    for (const step of steps) await world.perform(step);
    const held = whatIsHeld(world);
    await world.heal();
    const faults = await checkWorld(world, held);
    faults.push(...(await checkReopened(world)));
    const counts = {
      refused: world.people.reduce((sum, { refusals }) => sum + refusals, 0),
      rows: world.convex.rowCount(),
      snapshots: world.convex.snapshotCount(),
      drawings: world.ledger.drawings,
    };
    return { faults, counts };
  } finally {
    world.dispose();
  }
}

/** Another process finds in the store what this one showed, without anybody who brings it back. */
async function checkReopened(world: World): Promise<string[]> {
  const before = await viewOf(world);
  for (const person of world.people) person.disconnect();
  await world.perform({ type: "processRestarts", waitMs: 10_000 });
  const different = differences(before, await viewOf(world));
  return different === "" ? [] : [`after a restart other objects were there: ${different}`];
}

/** Leaves out steps, many at first, for as long as what is left still fails. */
export async function shrink(
  steps: readonly Step[],
  fails: (steps: readonly Step[]) => Promise<boolean>,
): Promise<Step[]> {
  let shortest = [...steps];
  let runs = 0;
  for (let size = Math.ceil(shortest.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let start = 0; start < shortest.length && runs < MAX_SHRINKING_RUNS;) {
      const shorter = shortest.toSpliced(start, size);
      runs++;
      if (await fails(shorter)) shortest = shorter;
      else start += size;
    }
  }
  return shortest;
}
