/** What is drawn through one of several companions is on all of them. */
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  type Companion,
  createWorld,
  rect,
  join,
  drawing,
  idsOn,
  stored,
  presenceSeen,
} from "../../../test/support/boardCompanions.ts";
import { encodePresenceMessage } from "../../protocol/boardMessages.ts";
import { SIGN_OF_LIFE_MS } from "../boardRooms.ts";
import { SILENCE_LIMIT_MS } from "./knownPeers.ts";
import { LEASE_MS } from "./boardRelay.ts";

it("[RD1] what people and the tutor draw on one companion is on every other, and keeps its author", async () => {
  const { clock, start } = createWorld();
  const [a, b] = [start(), start()];
  const ada = await join(clock, a);
  await join(clock, b, "bob");
  ada.receive(drawing("adas", { metadata: { source: "user", authorId: "ada" } }));
  void b.rooms.draw("session", () => [{ type: "add", object: rect("tutors") }]);
  await clock.advance(20);
  expect(await idsOn(a)).toEqual(["adas", "tutors"]);
  expect(await idsOn(b)).toEqual(["adas", "tutors"]);
  const tutors = (await a.rooms.view("session")).objects.get("tutors");
  expect(tutors?.metadata?.source).toBe("assistant");
});

it("[RD1] a student of one companion cannot change what the tutor drew through another", async () => {
  const { clock, start } = createWorld();
  const [a, b] = [start(), start()];
  const ada = await join(clock, a);
  await join(clock, b);
  await b.rooms.draw("session", () => [{ type: "add", object: rect("tutors") }]);
  await clock.advance(20);
  ada.receive(drawing("tutors", { fill: "red" }));
  await clock.advance(20);
  for (const { rooms } of [a, b]) {
    expect((await rooms.view("session")).objects.get("tutors")?.fill).toBeUndefined();
  }
});

it("[RD2] lost updates, deletions too, are brought by the next vectors", async () => {
  const { clock, start, hub } = createWorld();
  const [a, b] = [start(), start()];
  await join(clock, a);
  await join(clock, b);
  await a.rooms.draw("session", () => [
    { type: "add", object: rect("gone") },
    { type: "add", object: rect("kept") },
  ]);
  await clock.advance(20);
  hub.loses = () => true;
  await a.rooms.draw("session", () => [{ type: "delete", objectId: "gone" }]);
  await clock.advance(20);
  hub.loses = () => false;
  expect(await idsOn(b)).toEqual(["gone", "kept"]);
  await clock.advance(2 * SIGN_OF_LIFE_MS + 10);
  expect(await idsOn(b)).toEqual(["kept"]);
});

it("[RD2] a gap shows at the next update and is filled at once", async () => {
  const { clock, start, hub } = createWorld();
  const [a, b] = [start(), start()];
  await join(clock, a);
  await join(clock, b);
  await clock.advance(1_000);
  const add = (id: string) => a.rooms.draw("session", () => [{ type: "add", object: rect(id) }]);
  hub.loses = () => true;
  await add("first");
  await clock.advance(5);
  hub.loses = () => false;
  await add("second");
  await clock.advance(20);
  expect(await idsOn(b)).toEqual(["first", "second"]);
});

it("[RD2] whoever joins or was cut off gets what is not in the store yet", async () => {
  const { clock, start, store } = createWorld();
  const [a, b] = [start(), start()];
  store.failure.append = new Error("store is away");
  await join(clock, a);
  await a.rooms.draw("session", () => [{ type: "add", object: rect("unsaved") }]);
  await join(clock, b);
  await clock.advance(20);
  expect(await idsOn(b)).toEqual(["unsaved"]);
  b.relay.cut();
  await a.rooms.draw("session", () => [{ type: "add", object: rect("on-a") }]);
  await b.rooms.draw("session", () => [{ type: "add", object: rect("on-b") }]);
  await clock.advance(100);
  expect([await idsOn(a), await idsOn(b)]).toEqual([
    ["on-a", "unsaved"],
    ["on-b", "unsaved"],
  ]);
  b.relay.mend();
  await clock.advance(100);
  for (const one of [a, b]) expect(await idsOn(one)).toEqual(["on-a", "on-b", "unsaved"]);
});

it("[RD3] what a companion told before it died is saved by those who heard it, and its people go", async () => {
  const { clock, start, store } = createWorld();
  const [a, b] = [start(), start()];
  const ada = await join(clock, a);
  const bob = await join(clock, b, "bob");
  ada.receive(drawing("last-words"));
  ada.receive(encodePresenceMessage([{ clientId: 7, clock: 1, state: "{}" }]));
  await clock.advance(100);
  a.die();
  expect(stored(store)).toEqual([]);
  await clock.advance(LEASE_MS + 2_000);
  expect(stored(store)).toEqual(["last-words"]);
  expect(presenceSeen(bob).at(-1)).toMatchObject({ clientId: 7, state: "null" });
});

it("[RD3] what a dead companion told one of the others reaches those who could not hear it", async () => {
  const { clock, start, store } = createWorld();
  const [a, b, c] = [start(), start(), start()];
  for (const one of [a, b, c]) await join(clock, one);
  store.failure.append = new Error("store is away");
  c.relay.cut();
  await a.rooms.draw("session", () => [{ type: "add", object: rect("last-words") }]);
  await clock.advance(20);
  a.die();
  await clock.advance(SILENCE_LIMIT_MS + 2 * SIGN_OF_LIFE_MS); // nobody remembers a any more
  c.relay.mend();
  await clock.advance(20);
  for (const one of [b, c]) expect(await idsOn(one)).toEqual(["last-words"]);
});

const who = fc.nat(2);
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant("draw" as const), who }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("erase" as const), who }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constant("wait" as const), ms: fc.nat(3_000) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("wait" as const), ms: fc.nat(40_000) }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant("lose" as const), isLossy: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("cut" as const), who }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("mend" as const), who }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("forgetLeases" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("storeFails" as const), isAway: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("die" as const), who }) },
);

/** Three companions that a run of steps plays with, and what must be on the board at the end. */
interface Play extends ReturnType<typeof createWorld> {
  companions: Companion[];
  /** By companions that were never killed since; false = erased. */
  drawn: Map<string, boolean>;
  count: number;
}
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Handlers = {
  [Type in Step["type"]]: (play: Play, action: Extract<Step, { type: Type }>) => unknown;
};

const handlers: Handlers = {
  async draw(play, { who: index }) {
    const id = `${index}-${play.count++}`;
    play.drawn.set(id, true);
    await play.companions[index]!.rooms.draw("session", () => [{ type: "add", object: rect(id) }]);
  },
  async erase({ companions, drawn }, { who: index }) {
    await companions[index]!.rooms.draw("session", ({ objects }) => {
      const objectId = [...objects.keys()][0];
      if (objectId === undefined) return [];
      drawn.set(objectId, false);
      return [{ type: "delete", objectId }];
    });
  },
  wait: ({ clock }, { ms }) => clock.advance(ms),
  lose: (play, { isLossy }) => (play.hub.loses = () => isLossy && play.count++ % 3 === 0),
  cut: ({ companions }, { who: index }) => companions[index]!.relay.cut(),
  mend: ({ companions }, { who: index }) => companions[index]!.relay.mend(),
  forgetLeases: ({ hub }) => hub.forgetLeases(),
  storeFails({ store }, { isAway }) {
    store.failure.append = isAway ? new Error("store is away") : undefined;
    store.failure.compact = store.failure.append;
  },
  async die({ companions, drawn, start, clock }, { who: index }) {
    companions[index]!.die();
    for (const id of drawn.keys()) if (id.startsWith(`${index}-`)) drawn.delete(id);
    companions[index] = start();
    await join(clock, companions[index]);
  },
};

async function startPlay(): Promise<Play> {
  const world = createWorld();
  const companions = [world.start(), world.start(), world.start()];
  for (const one of companions) await join(world.clock, one);
  return { ...world, companions, drawn: new Map(), count: 0 };
}

it("[RD1-RD4] companions end with one board and all of it saved, whatever is lost, cut or killed", async () => {
  async function check(steps: Step[]): Promise<void> {
    const play = await startPlay();
    for (const action of steps) {
      await (handlers[action.type] as (p: Play, a: Step) => unknown)(play, action);
    }
    const { hub, store, companions, clock, drawn } = play;
    hub.loses = () => false;
    store.failure = {};
    for (const { relay } of companions) relay.mend();
    await clock.advance(60_000);
    const boards = await Promise.all(companions.map((one) => idsOn(one)));
    expect(boards[1]).toEqual(boards[0]);
    expect(boards[2]).toEqual(boards[0]);
    expect(stored(store)).toEqual(boards[0]);
    for (const [id, isThere] of drawn) if (isThere) expect(boards[0]).toContain(id);
    for (const { rooms } of companions) expect(rooms.stats().oldestUnsavedMs).toBe(0);
  }
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), check), {
    numRuns: Math.ceil(Number(process.env["FC_RUNS"] ?? 100) * 0.5),
  });
});
