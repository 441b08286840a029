/**
 * What must be true soon, not only in the end, of companions that are all well: what is drawn is seen and
 * saved at once, a companion that goes lets another save, and one that was cut off gets what it missed
 * when it is back. Plays a few scenes on a board that was healed, and says what was late.
 */
import { differences } from "./checkWorld.ts";
import { SESSION, type World } from "./world.ts";

/** Everything that has a way arrives within it; well below the ten seconds between announcements. */
const SOON_MS = 3_000;
/** SV2 and a write; where another companion saves, it tells of it as well. */
const MAX_UNSAVED_MS = 2_000;
const CUT_MS = 2_000;

/** Sentences that tell what was late; none when nothing was. */
export async function checkPromptness(world: World): Promise<string[]> {
  if (world.companions.length === 1) return [];
  await drawAll(world);
  await world.time.pass(SOON_MS);
  const faults = checkSeen(world, "drawn");
  return [...faults, ...(await checkSaverLeaves(world)), ...(await checkCut(world))];
}

async function drawAll(world: World): Promise<void> {
  for (const who of world.people.keys()) {
    await world.perform({ type: "draw", who, chars: 0, waitMs: 10 });
  }
}

function checkSeen({ people }: World, what: string): string[] {
  const [first, ...others] = people.map(({ objects }) => objects.toJSON());
  for (const other of others) {
    const different = differences(other, first!);
    if (different !== "") return [`not everybody soon saw what was ${what}: ${different}`];
  }
  return [];
}

/** The one that saves drains; whoever is left must not wait until its lease has run out. */
async function checkSaverLeaves(world: World): Promise<string[]> {
  const at = world.companions.findIndex((one) => one.holdsLease(SESSION));
  if (at === -1) return ["no companion saves"];
  await world.perform({ type: "processRestarts", at, waitMs: 300 });
  await drawAll(world);
  await world.time.pass(SOON_MS);
  const ages = world.processes.map(({ rooms }) => rooms.stats().oldestUnsavedMs);
  const oldest = Math.max(...ages);
  return oldest > MAX_UNSAVED_MS
    ? [`with its saver gone a board was unsaved for ${oldest} ms`]
    : [];
}

async function checkCut(world: World): Promise<string[]> {
  await world.perform({ type: "lineToRelayCut", at: 0, forMs: CUT_MS, waitMs: 0 });
  await drawAll(world);
  await world.time.pass(CUT_MS + SOON_MS);
  return checkSeen(world, "drawn during a cut");
}
