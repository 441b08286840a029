/**
 * Plays random lives of boards and asks whether the tutor ever drew over what was there. Ends with 1 if it
 * did, after telling the seed and the shortest life that shows it.
 *
 *   npm run chaos:layout [-- --runs 10000 --seed 1]     default: 10,000 sequences, a seed of chance
 */
import fc from "fast-check";

import { boardLife, playBoard } from "../../test/support/boardLife.ts";
import { readOptions } from "./readOptions.ts";

const { runs, seed } = readOptions({ runs: 10_000, seed: Date.now() % 1e9 });

let drawn = 0;
const property = fc.property(boardLife, (steps) => {
  const played = playBoard(steps);
  drawn += played.drawn;
  if (played.faults.length > 0) throw new Error(played.faults.join("; "));
});
const startedAt = performance.now();
const details = fc.check(property, { numRuns: runs, seed });
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
console.log(
  `${details.numRuns} sequences from seed ${seed}, ${drawn} objects drawn in ${seconds} s: ` +
    (details.failed ? "OVERLAPS" : "0 overlaps"),
);
if (details.failed) {
  console.log(String(details.errorInstance));
  console.log(JSON.stringify(details.counterexample, null, 1));
}
process.exit(details.failed ? 1 : 0);
