/**
 * Plays seeded lives of one board: people edit, forge, go offline, reload and change rights, while the
 * companions that serve it die, stop and drain and are cut from each other and from the store. Ends with 1 at the first seed after which
 * something is wrong, and prints the seed and a short list of the steps that show it.
 *
 *   npm run chaos:whiteboard [-- --seeds 2000 --from 1]
 *   npm run chaos:whiteboard -- --plant "a promoted observer does not resync"     must end with 1
 */
import { parseArgs } from "node:util";
import { plantBug } from "../../test/support/boardSimulation/plantBug.ts";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "2000" },
    from: { type: "string", default: String(Date.now() % 1e9) },
    plant: { type: "string" },
  },
});
if (options.plant !== undefined) plantBug(options.plant);
const { simulateSeeds } = await import("../../test/support/boardSimulation/simulateSeeds.ts");
const startedAt = performance.now();
try {
  const counts = await simulateSeeds(Number(options.from), Number(options.seeds));
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  console.log(`${options.seeds} seeds from ${options.from} in ${seconds} s: nothing wrong`);
  console.log(JSON.stringify(counts));
} catch (error) {
  console.log(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
