/**
 * Runs generated programs under `convex-test` and under the engine and compares every answer. Ends with 1
 * at the first difference, after shrinking it, and prints the program and the seed that repeats it. Before,
 * plants every known bug, to see that each would be noticed.
 *
 *   npm run chaos:differential [-- PROGRAMS [SEED]]     default: 10,000 programs, a new seed
 */
import { describeFound } from "../../test/support/differential/describeFound.ts";
import { startDifferentialEngine } from "../../test/support/differential/engineSide.ts";
import { PLANTED_BUGS } from "../../test/support/differential/plantedBugs.ts";
import {
  searchDifference,
  searchPlanted,
} from "../../test/support/differential/searchDifference.ts";
import type { Transaction } from "../../src/embedded/transaction/transaction.ts";

const DEFAULT_PROGRAMS = 10_000;
const PROGRESS_EVERY = 1_000;

const programs = Number(process.argv[2] ?? DEFAULT_PROGRAMS);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
let plant: (tx: Transaction) => void = () => undefined;
const engine = await startDifferentialEngine((tx) => {
  plant(tx);
});
const startedAt = performance.now();
let alike = 0;

for (const [name, bug] of Object.entries(PLANTED_BUGS)) {
  plant = bug;
  if ((await searchPlanted(engine)) !== null) continue;
  console.log(`not noticed: ${name}`);
  process.exitCode = 1;
}
plant = () => undefined;
console.log(`planted bugs   ${Object.keys(PLANTED_BUGS).length}`);
console.log(`seed           ${seed}`);
const found = await searchDifference({
  engine,
  programs,
  seed,
  onAlike: () => {
    alike += 1;
    if (alike % PROGRESS_EVERY === 0) console.log(`${alike} programs alike`);
  },
});
await engine.close();

if (found !== null) console.log(describeFound(found));
console.log(`programs       ${programs}`);
console.log(`differences    ${found === null ? 0 : 1}`);
console.log(`seconds        ${((performance.now() - startedAt) / 1_000).toFixed(0)}`);
if (found !== null) process.exitCode = 1;
