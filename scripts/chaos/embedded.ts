/**
 * Ill-treats the engine while stock clients write, schedule and upload: kills it, fills its disk, and does
 * both at once; and kills it amid large imports. Prints what was acknowledged and is not there afterwards
 * (lost), what is there twice (duplicated) or in part (torn), and files that are broken or that nobody knows.
 * Ends with 1 if there is any.
 *
 *   npm run chaos:embedded [-- --kills 200 --writers 8 --seed 1]     by default a seed of chance
 *
 * There are a tenth as many full disks and imports. The seed is that of the instants at which imports are killed.
 */
import { randomInt } from "node:crypto";

import { fillAgainAndAgain } from "./fullDisk.ts";
import { killAmidImports } from "./imports.ts";
import { killAgainAndAgain } from "./kills.ts";
import { readOptions } from "./readOptions.ts";

const KILLS_A_RARITY = 10;

const { kills, writers, seed } = readOptions({ kills: 200, writers: 8, seed: randomInt(1e9) });
const rarities = Math.ceil(kills / KILLS_A_RARITY);

const killed = await killAgainAndAgain(kills, writers, (report) => {
  if (report.kills % 10 === 0) console.log(summary(report));
});
console.log(`killed: ${summary(killed)}`);

const filled = await fillAgainAndAgain(rarities, writers);
if (filled === null) console.log("full disk: SKIPPED, since mounting a small disk was refused");
else console.log(`full disk: ${summary(filled)}`);

const imported = await killAmidImports(rarities, seed);
console.log(`killed amid imports, seed ${seed}: ${summary(imported)}`);

const faults = [
  ...[killed, ...(filled === null ? [] : [filled])].flatMap(
    ({ lost, duplicated, broken, stray }) => [lost, duplicated, broken, stray],
  ),
  ...[imported.lost, imported.torn, imported.broken, imported.stray],
];
const isSound = faults.every((count) => count === 0) && (filled?.surprises ?? []).length === 0;
console.log(isSound ? "SOUND" : "NOT SOUND");
process.exit(isSound ? 0 : 1);

function summary(report: object): string {
  return Object.entries(report)
    .map(([name, value]) => `${name} ${Array.isArray(value) ? JSON.stringify(value) : value}`)
    .join(", ");
}
