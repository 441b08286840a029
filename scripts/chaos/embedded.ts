/**
 * Ill-treats the engine while stock clients write, schedule and upload: kills it, fills its disk, and does
 * both at once. Prints what was acknowledged and is not there afterwards (lost), what is there twice
 * (duplicated), and files that are broken or that nobody knows. Ends with 1 if there is any.
 *
 *   npm run chaos:embedded [-- KILLS [WRITERS]]     default: 200 kills, 8 writers; a tenth as many full disks
 */
import { fillAgainAndAgain } from "./fullDisk.ts";
import { killAgainAndAgain } from "./kills.ts";

const DEFAULT_KILLS = 200;
const DEFAULT_WRITERS = 8;
const KILLS_A_FULL_DISK = 10;

const kills = Number(process.argv[2] ?? DEFAULT_KILLS);
const writers = Number(process.argv[3] ?? DEFAULT_WRITERS);

const killed = await killAgainAndAgain(kills, writers, (report) => {
  if (report.kills % 10 === 0) console.log(summary(report));
});
console.log(`killed: ${summary(killed)}`);

const filled = await fillAgainAndAgain(Math.ceil(kills / KILLS_A_FULL_DISK), writers);
if (filled === null) console.log("full disk: SKIPPED, since mounting a small disk was refused");
else console.log(`full disk: ${summary(filled)}`);

const faults = [killed, ...(filled === null ? [] : [filled])].flatMap(
  ({ lost, duplicated, broken, stray }) => [lost, duplicated, broken, stray],
);
const isSound = faults.every((count) => count === 0) && (filled?.surprises ?? []).length === 0;
console.log(isSound ? "SOUND" : "NOT SOUND");
process.exit(isSound ? 0 : 1);

function summary(report: object): string {
  return Object.entries(report)
    .map(([name, value]) => `${name} ${Array.isArray(value) ? JSON.stringify(value) : value}`)
    .join(", ");
}
