/**
 * Plays seeded lives of one board: people edit, forge, go offline, reload and change rights, while
 * processes die, stop and restart and the store is cut off. Ends with 1 at the first seed after which
 * something is wrong, and prints the seed and a short list of the steps that show it.
 *
 *   npm run chaos:whiteboard [-- --seeds 2000 --from 1]
 */
import { parseArgs } from "node:util";
import { shrink, simulate, stepsOf } from "../../test/support/boardSimulation/simulate.ts";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "2000" },
    from: { type: "string", default: String(Date.now() % 1e9) },
  },
});
const [count, from] = [Number(options.seeds), Number(options.from)];

const totals: Record<string, number> = {};
const startedAt = performance.now();
for (let seed = from; seed < from + count; seed++) {
  const steps = stepsOf(seed);
  const { faults, counts } = await simulate(seed, steps);
  for (const [name, value] of Object.entries(counts)) totals[name] = (totals[name] ?? 0) + value;
  if (faults.length === 0) continue;
  console.log(`seed ${seed}: ${faults.join("; ")}`);
  const short = await shrink(seed, steps);
  for (const step of short) console.log(`  ${JSON.stringify(step)}`);
  console.log((await simulate(seed, short)).faults.join("\n"));
  console.log(`repeat: npm run chaos:whiteboard -- --seeds 1 --from ${seed}`);
  process.exit(1);
}
const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
console.log(`${count} seeds from ${from} in ${seconds} s: nothing wrong`);
console.log(JSON.stringify(totals));
