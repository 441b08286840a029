/** Runs seeds one after the other and fails at the first after which something is wrong. */
import { simulate, shrink, stepsOf, type SimulatedRun } from "./simulate.ts";

/** Returns what happened in all runs together. @throws with the seed, the faults and a short list of steps */
export async function simulateSeeds(from: number, count: number): Promise<SimulatedRun["counts"]> {
  const totals = {
    refused: 0,
    rows: 0,
    snapshots: 0,
    drawings: 0,
    fenced: 0,
    companions: 0,
    restores: 0,
  };
  for (let seed = from; seed < from + count; seed++) {
    const { faults, counts } = await simulate(seed, stepsOf(seed));
    if (faults.length > 0) throw new Error(await describeRun(seed, faults));
    for (const name of Object.keys(totals) as (keyof typeof totals)[]) totals[name] += counts[name];
  }
  return totals;
}

async function describeRun(seed: number, faults: readonly string[]): Promise<string> {
  const isWrong = async (steps: Parameters<typeof simulate>[1]) =>
    (await simulate(seed, steps)).faults.length > 0;
  const short = await shrink(stepsOf(seed), isWrong);
  return [
    `seed ${seed}: ${faults.join("; ")}`,
    ...short.map((step) => `  ${JSON.stringify(step)}`),
    ...(await simulate(seed, short)).faults.map((fault) => `  → ${fault}`),
    `repeat: npm run chaos:whiteboard -- --seeds 1 --from ${seed}`,
  ].join("\n");
}
