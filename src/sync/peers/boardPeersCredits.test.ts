/** A version names whoever has drawn through any companion, whichever of them takes it. */
import { expect, it } from "vitest";
import {
  createWorld,
  drawing,
  join,
  rect,
  type Companion,
} from "../../../test/support/boardCompanions.ts";
import type { FakeClock } from "../../../test/support/fakeClock.ts";
import { VERSION_INTERVAL_MS } from "../history/boardHistory.ts";
import { EVICTION_GRACE_MS, SIGN_OF_LIFE_MS } from "../boardRooms.ts";
import { SILENCE_LIMIT_MS } from "./knownPeers.ts";

type World = ReturnType<typeof createWorld>;

const changesIn = ({ versions }: World) =>
  Object.fromEntries(
    versions
      .whole()
      .at(-1)!
      .about.contributions.map(({ userId, changed }) => [userId ?? "tutor", changed]),
  );

/** Two companions that share a board, on which each has one person. */
async function shareBoard() {
  const world = createWorld();
  const { clock, start } = world;
  const [a, b] = [start(), start()];
  const ada = await join(clock, a);
  const bob = await join(clock, b, "bob");
  return { world, ...world, a, b, ada, bob };
}

async function keep(clock: FakeClock, { rooms }: Companion): Promise<void> {
  const keeping = rooms.keepVersion("session", { label: "now", userId: "ada" });
  await clock.advance(500);
  await keeping;
}

it("[BH13] an automatic version names the people of every companion, and the tutor", async () => {
  const { world, clock, a, b, ada, bob } = await shareBoard();
  ada.receive(drawing("adas"));
  bob.receive(drawing("bobs"));
  bob.receive(drawing("bobs too"));
  await clock.advance(20);
  await a.rooms.draw("session", () => [{ type: "add", object: rect("tutors") }]);
  await clock.advance(20);
  b.rooms.turnEnded("session", "turn");
  await clock.advance(100);
  expect(changesIn(world)).toEqual({ ada: 1, bob: 2, tutor: 1 });
});

it("[BH13] what one companion has kept is nobody else's news", async () => {
  const { world, clock, versions, a, b, ada, bob } = await shareBoard();
  ada.receive(drawing("adas"));
  bob.receive(drawing("bobs"));
  await clock.advance(20);
  await keep(clock, b);
  await clock.advance(2 * VERSION_INTERVAL_MS);
  expect(versions.whole()).toHaveLength(1); // the other's timer has nothing to keep
  bob.receive(drawing("more"));
  await clock.advance(20);
  await keep(clock, a);
  expect(changesIn(world)).toEqual({ bob: 1 });
  ada.drop(1001);
  bob.drop(1001);
  await clock.advance(2 * EVICTION_GRACE_MS);
  expect(versions.whole()).toHaveLength(2);
});

it("[BH13] who drew is known from a companion that has died, and from those that were not heard", async () => {
  const { world, clock, hub, a, b, ada } = await shareBoard();
  hub.loses = () => true;
  ada.receive(drawing("lost on the way"));
  await clock.advance(20);
  hub.loses = () => false;
  await clock.advance(2 * SIGN_OF_LIFE_MS + 10); // now it has been brought
  ada.receive(drawing("told"));
  await clock.advance(20);
  a.die();
  await clock.advance(SILENCE_LIMIT_MS + 2 * SIGN_OF_LIFE_MS);
  await keep(clock, world.start()); // which has nobody there, and has heard nothing yet
  expect(changesIn(world)).toEqual({ ada: 2 });
  await keep(clock, b);
  expect(changesIn(world)).toEqual({});
});

it("[BH13] a restore is credited to its author by every companion", async () => {
  const { world, clock, versions, a, b, ada } = await shareBoard();
  await keep(clock, a);
  ada.receive(drawing("adas"));
  await clock.advance(20);
  const { versionId } = versions.whole()[0]!;
  const restoring = a.rooms.restoreVersion("session", { versionId, userId: "tess" });
  await clock.advance(100);
  await restoring;
  await clock.advance(20);
  await keep(clock, b);
  expect(changesIn(world)).toEqual({ tess: 1 }); // ada's is in the version before the restore
});

it("[BH13] what a companion keeps on giving a board up is counted once", async () => {
  const { world, clock, b, ada, bob } = await shareBoard();
  ada.receive(drawing("adas"));
  bob.receive(drawing("bobs"));
  await clock.advance(20);
  ada.drop(1001);
  await clock.advance(EVICTION_GRACE_MS + 100);
  expect(changesIn(world)).toEqual({ ada: 1, bob: 1 });
  await keep(clock, b);
  expect(changesIn(world)).toEqual({});
});

it("[BH13] what others tell of while a version is being written is not counted again if it has that", async () => {
  const { world, clock, hub, versions, a, ada, bob } = await shareBoard();
  ada.receive(drawing("adas"));
  bob.receive(drawing("bobs"));
  await clock.advance(20);
  hub.loses = () => true;
  bob.receive(drawing("lost on the way"));
  await clock.advance(20);
  hub.loses = () => false;
  versions.delay = () => new Promise((resolve) => void clock.after(3 * SIGN_OF_LIFE_MS, resolve));
  const keeping = a.rooms.keepVersion("session", { label: "now", userId: "ada" });
  await clock.advance(4 * SIGN_OF_LIFE_MS); // in which b brings what was lost, and names all it knows of
  await keeping;
  expect(changesIn(world)).toEqual({ ada: 1, bob: 1 });
  versions.delay = () => Promise.resolve();
  await keep(clock, a);
  expect(changesIn(world)).toEqual({ bob: 1 });
});
