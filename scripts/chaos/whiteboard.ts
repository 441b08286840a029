/**
 * Plays seeded lives of one board: people edit, forge, go offline, reload and change rights, while the
 * companions that serve it die, stop and drain and are cut from each other and from the store. Ends with 1 at the first seed after which
 * something is wrong, and prints the seed and a short list of the steps that show it.
 *
 *   npm run chaos:whiteboard [-- --seeds 2000 --from 1]
 *   npm run chaos:whiteboard -- --plant "a promoted observer does not resync"     must end with 1
 */
import { plantBug } from "../../test/support/boardSimulation/plantBug.ts";
import { readOptions } from "./readOptions.ts";

const { seeds, from, plant } = readOptions({ seeds: 2_000, from: Date.now() % 1e9 }, "plant");
if (plant !== undefined) plantBug(plant);
const { simulateSeeds } = await import("../../test/support/boardSimulation/simulateSeeds.ts");
const startedAt = performance.now();
try {
  const counts = await simulateSeeds(from, seeds);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  console.log(`${seeds} seeds from ${from} in ${seconds} s: nothing wrong`);
  console.log(JSON.stringify(counts));
} catch (error) {
  console.log(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
