/**
 * Who is named in versions of a board that several companions share: each that is taken names everybody who
 * has drawn since the one before, through whatever companion they drew and whichever takes it.
 */
import { PEOPLE } from "./steps.ts";
import { SESSION, type World } from "./world.ts";

/** What is told arrives, and a version is written. */
const SOON_MS = 1_000;

/** Sentences that tell who was left out or named twice; to be called of a world that was healed. */
export async function checkCredits(world: World): Promise<string[]> {
  const companions = world.companions.length;
  if (companions === 1) return [];
  await keepAt(world, 0); // whatever was drawn before the check
  const faults: string[] = [];
  for (let at = 0; at < companions; at++) {
    for (const who of PEOPLE.keys()) {
      await world.perform({ type: "draw", who, chars: 0, waitMs: 10 });
    }
    await world.time.pass(SOON_MS);
    await keepAt(world, at);
    const { contributions } = world.convex.versions.whole().at(-1)!.about;
    const changed = new Map(contributions.map((one) => [one.userId, one.changed]));
    const wrong = PEOPLE.filter((name) => changed.get(name) !== 1);
    for (const name of wrong) faults.push(`${name} drew 1 object, not ${changed.get(name) ?? 0}`);
  }
  return faults;
}

async function keepAt({ companions, time }: World, at: number): Promise<void> {
  const { rooms } = companions[at]!.process!;
  const keeping = rooms.keepVersion(SESSION, { label: "all", userId: PEOPLE[0] });
  keeping.catch(() => undefined); // thrown below, when time has passed
  await time.pass(SOON_MS);
  await keeping;
}
