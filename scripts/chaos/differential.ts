/**
 * Runs generated programs under `convex-test` and under the engine and compares every answer. Ends with 1
 * at the first difference, after shrinking it, and prints the program and the seed that repeats it.
 *
 *   npm run chaos:differential [-- --programs 10000 --seed 1]     default: 10,000 programs, a new seed
 */
import { describeFound } from "../../test/support/differential/describeFound.ts";
import { startDifferentialEngine } from "../../test/support/differential/engineSide.ts";
import { searchDifference } from "../../test/support/differential/searchDifference.ts";
import { readOptions } from "./readOptions.ts";

const PROGRESS_EVERY = 1_000;

const { programs, seed } = readOptions({ programs: 10_000, seed: Date.now() % 2 ** 31 });
const engine = await startDifferentialEngine();
const startedAt = performance.now();
let alike = 0;

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
