/** One simulated run from its seed, and the shortest list of its steps that still shows what is wrong. */
import { Chance } from "./chance.ts";
import { checkCredits } from "./checkCredits.ts";
import { checkPromptness } from "./checkPromptness.ts";
import { checkWorld, differences, viewsOf, whatIsHeld } from "./checkWorld.ts";
import { makeSteps, MAX_COMPANIONS, type Step } from "./steps.ts";
import { World } from "./world.ts";

const MIN_STEPS = 10;
const MAX_STEPS = 60;
const MAX_SHRINKING_RUNS = 150;

export interface SimulatedRun {
  faults: string[];
  /** What happened, to see that runs do reach what they shall test. */
  counts: Record<
    "refused" | "rows" | "snapshots" | "drawings" | "fenced" | "companions" | "restores",
    number
  >;
}

export function stepsOf(seed: number): Step[] {
  const chance = new Chance(seed);
  return makeSteps(chance, chance.between(MIN_STEPS, MAX_STEPS));
}

/** Two boards of five have one companion, the rest two or more. */
function companionsOf(seed: number): number {
  const chance = new Chance(seed);
  return chance.happens(40) ? 1 : chance.between(2, MAX_COMPANIONS);
}

/** The same seed and steps give the same run. */
export async function simulate(seed: number, steps: readonly Step[]): Promise<SimulatedRun> {
  const world = new World(seed, companionsOf(seed));
  try {
    return { faults: await play(world, steps), counts: countsOf(world) };
  } catch (error) {
    return { faults: [...world.faults, `it ends in ${String(error)}`], counts: countsOf(world) };
  } finally {
    world.dispose();
  }
}

/** Returns what was wrong. */
async function play(world: World, steps: readonly Step[]): Promise<string[]> {
  for (const step of steps) await world.perform(step);
  const held = whatIsHeld(world);
  await world.heal();
  const faults = await checkWorld(world, held);
  faults.push(...(await checkPromptness(world)), ...(await checkCredits(world)));
  faults.push(...(await checkReopened(world)));
  return faults;
}

function countsOf(world: World): SimulatedRun["counts"] {
  return {
    refused: world.people.reduce((sum, { refusals }) => sum + refusals, 0),
    rows: world.convex.rowCount(),
    snapshots: world.convex.snapshotCount(),
    fenced: world.convex.fencedCount(),
    companions: world.companions.length,
    drawings: world.ledger.drawings,
    restores: world.restorations.done,
  };
}

/** Other processes find in the store what these showed, without anybody who brings it back. */
async function checkReopened(world: World): Promise<string[]> {
  const [before] = await viewsOf(world);
  for (const person of world.people) person.disconnect();
  for (const at of world.companions.keys()) {
    await world.perform({ type: "processRestarts", at, waitMs: 0 });
  }
  await world.time.pass(10_000);
  for (const after of await viewsOf(world)) {
    const different = differences(before!, after);
    if (different !== "") return [`after a restart other objects were there: ${different}`];
  }
  return [];
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
