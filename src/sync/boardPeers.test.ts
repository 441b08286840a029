/** Several companions' rooms of one board, over a relay and a store in memory and a clock that is moved by hand. */
import fc from "fast-check";
import { expect, it } from "vitest";
import * as Y from "yjs";
import { createFakeClock, type FakeClock } from "../../test/support/fakeClock.ts";
import {
  createMemoryBoardStore,
  type MemoryBoardStore,
} from "../../test/support/memoryBoardStore.ts";
import { createRelayHub, type MemoryRelay } from "../../test/support/memoryRelay.ts";
import { createMemoryVersionStore } from "../../test/support/memoryVersionStore.ts";
import {
  createMemorySocket,
  createPrincipal,
  type MemorySocket,
} from "../../test/support/memorySocket.ts";
import type { CanvasObject } from "../../convex/contract/boardOps.ts";
import {
  decodeBoardMessage,
  encodePresenceMessage,
  encodeUpdateMessage,
  type PresenceEntry,
} from "../protocol/boardMessages.ts";
import { silentLogger } from "../util/logger.ts";
import type { BoardStore } from "./boardStore.ts";
import {
  createBoardRooms,
  EVICTION_GRACE_MS,
  SIGN_OF_LIFE_MS,
  type BoardRooms,
} from "./boardRooms.ts";
import { SILENCE_LIMIT_MS } from "./boardPeers.ts";
import { LEASE_MS } from "./boardRelay.ts";
import { BEAT_MS, MAX_MISSED_BEATS } from "../relay/companionPulse.ts";
import { PATIENCE_MS } from "./boardSaver.ts";

interface Companion {
  rooms: BoardRooms;
  relay: MemoryRelay;
  /** From now on it does nothing more, as after `kill -9`. */
  die(): void;
  isAlive: boolean;
  /** Stops it dead; what falls due meanwhile is done at `resume`. */
  pause(): void;
  resume(): void;
}

function createWorld() {
  const clock = createFakeClock();
  const store = createMemoryBoardStore();
  const hub = createRelayHub(clock);
  function start(): Companion {
    let late: (() => void)[] | undefined; // while it is paused
    const run = (task: () => void) => {
      if (late === undefined) task();
      else late.push(task);
    };
    const relay = hub.companion(run);
    const companion: Companion = {
      rooms: createBoardRooms({
        store: mortal(store, () => companion.isAlive),
        relay,
        versionStore: createMemoryVersionStore(),
        clock: {
          now: () => clock.now(),
          after: (ms, task) => clock.after(ms, () => companion.isAlive && run(task)),
        },
        logger: silentLogger,
        random: () => 0.5,
        soon: (task) => void clock.after(0, () => companion.isAlive && task()),
      }),
      relay,
      isAlive: true,
      die() {
        companion.isAlive = false;
        relay.cut();
      },
      pause: () => (late = []),
      resume() {
        const due = late ?? [];
        late = undefined;
        for (const task of due) task();
      },
    };
    return companion;
  }
  return { clock, store, hub, start };
}

/** What a dead companion calls is never answered. */
function mortal(store: MemoryBoardStore, isAlive: () => boolean): BoardStore {
  const call = <T>(work: () => Promise<T>) =>
    isAlive() ? work() : new Promise<T>(() => undefined);
  return {
    load: (...args) => call(() => store.load(...args)),
    append: (...args) => call(() => store.append(...args)),
    compact: (...args) => call(() => store.compact(...args)),
  };
}

const rect = (id: string, more: Partial<CanvasObject> = {}): CanvasObject => ({
  id,
  kind: "rect",
  ...more,
});

/** Somebody on a socket of that companion; keeps it in use. */
async function join(clock: FakeClock, { rooms }: Companion, userId = "ada"): Promise<MemorySocket> {
  const socket = createMemorySocket();
  rooms.openBoardSocket(socket, createPrincipal({ userId, role: "student" }));
  await clock.advance(5);
  return socket;
}

/** Draws by a client of its own, which knows nothing else. */
function drawing(id: string, more: Partial<CanvasObject> = {}): Uint8Array {
  const doc = new Y.Doc();
  doc.getMap("objects").set(id, rect(id, more));
  return encodeUpdateMessage(Y.encodeStateAsUpdate(doc));
}

const idsOn = async ({ rooms }: Companion) =>
  [...(await rooms.view("session")).objects.keys()].sort();

/** What somebody would find who opened the board now, with every companion gone. */
function stored({ boards }: MemoryBoardStore): string[] {
  const board = boards.get("session");
  const chunks = board?.chunks.get(board.generation) ?? [];
  const updates = [
    ...(chunks.length > 0 ? [Buffer.concat(chunks)] : []),
    ...(board?.rows ?? []).map(({ bytes }) => bytes),
  ];
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  return [...doc.getMap("objects").keys()].sort();
}

function presenceSeen(socket: MemorySocket): PresenceEntry[] {
  return socket.sent.flatMap((frame) => {
    const bytes = frame as Uint8Array;
    if (bytes[0] !== 1) return []; // updates may be larger than a client's own
    const message = decodeBoardMessage(bytes);
    return message.type === "presence" ? message.entries : [];
  });
}

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

it("[RD1] cursors cross companions, and go with their socket", async () => {
  const { clock, start } = createWorld();
  const [a, b] = [start(), start()];
  const [ada, bob] = [await join(clock, a), await join(clock, b, "bob")];
  ada.receive(encodePresenceMessage([{ clientId: 7, clock: 1, state: '{"x":1}' }]));
  await clock.advance(100);
  expect(presenceSeen(bob)).toMatchObject([{ clientId: 7, clock: 1, state: '{"x":1}' }]);
  const late = await join(clock, b, "eve");
  expect(presenceSeen(late)).toMatchObject([{ clientId: 7 }]);
  ada.drop();
  await clock.advance(100);
  expect(presenceSeen(bob).at(-1)).toMatchObject({ clientId: 7, clock: 2, state: "null" });
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

/** What somebody's stock provider shows of whom it is told: the newest of each client. */
function peopleSeen(socket: MemorySocket): Record<number, string> {
  const seen = new Map<number, PresenceEntry>();
  for (const entry of presenceSeen(socket)) {
    if (entry.clock > (seen.get(entry.clientId)?.clock ?? -1)) seen.set(entry.clientId, entry);
  }
  const present = [...seen.values()].filter(({ state }) => state !== "null");
  return Object.fromEntries(present.map(({ clientId, state }) => [clientId, state]));
}

/** Answers as the stock provider does when it hears that it is gone. */
function speakUp(socket: MemorySocket, clientId: number): void {
  const clock = Math.max(...presenceSeen(socket).map((entry) => entry.clock));
  socket.receive(encodePresenceMessage([{ clientId, clock: clock + 1, state: "{}" }]));
}

it("[RD7] a dead companion's people go within seconds, also where nothing else is heard", async () => {
  const { clock, start } = createWorld();
  const [a, b] = [start(), start()];
  const [ada, bob] = [await join(clock, a), await join(clock, b, "bob")];
  ada.receive(encodePresenceMessage([{ clientId: 7, clock: 1, state: "{}" }]));
  await clock.advance(3_000);
  expect(peopleSeen(bob)).toEqual({ 7: "{}" });
  a.die();
  await clock.advance((MAX_MISSED_BEATS - 1) * BEAT_MS);
  expect(peopleSeen(bob)).toEqual({ 7: "{}" });
  await clock.advance(3 * BEAT_MS);
  expect(peopleSeen(bob)).toEqual({});
});

it("[RD7] whoever is cut off itself takes nobody for gone", async () => {
  const { clock, start } = createWorld();
  const [a, b] = [start(), start()];
  const [ada, bob] = [await join(clock, a), await join(clock, b, "bob")];
  ada.receive(encodePresenceMessage([{ clientId: 7, clock: 1, state: "{}" }]));
  await clock.advance(3_000);
  b.relay.cut();
  await clock.advance(12 * BEAT_MS);
  b.relay.mend();
  await clock.advance(BEAT_MS);
  expect(presenceSeen(bob).every(({ state }) => state !== "null")).toBe(true);
});

it("[RD7] the people of a companion that returns are seen again at once", async () => {
  const { clock, start } = createWorld();
  const [a, b] = [start(), start()];
  const [ada, bob] = [await join(clock, a), await join(clock, b, "bob")];
  await clock.advance(SIGN_OF_LIFE_MS - 500); // the next announcement is far
  ada.receive(encodePresenceMessage([{ clientId: 7, clock: 1, state: "{}" }]));
  await clock.advance(1_000);
  a.relay.cut();
  await clock.advance((MAX_MISSED_BEATS + 2) * BEAT_MS);
  expect(peopleSeen(bob)).toEqual({});
  a.relay.mend();
  await clock.advance(BEAT_MS + 100);
  expect(presenceSeen(ada).at(-1)).toMatchObject({ clientId: 7, clock: 2, state: "null" });
  speakUp(ada, 7);
  await clock.advance(100);
  expect(peopleSeen(bob)).toEqual({ 7: "{}" });
});

it("[RD7] so are those of one that hung and does not know it", async () => {
  const { clock, start } = createWorld();
  const [a, b] = [start(), start()];
  const [ada, bob] = [await join(clock, a), await join(clock, b, "bob")];
  ada.receive(encodePresenceMessage([{ clientId: 7, clock: 1, state: "{}" }]));
  await clock.advance(1_000);
  a.pause();
  await clock.advance((MAX_MISSED_BEATS + 2) * BEAT_MS);
  expect(peopleSeen(bob)).toEqual({});
  a.resume();
  await clock.advance(100);
  speakUp(ada, 7);
  await clock.advance(100); // long before anything is announced
  expect(peopleSeen(bob)).toEqual({ 7: "{}" });
});

it("[RD7] a newcomer's room is told at once who is there", async () => {
  const { clock, start } = createWorld();
  const [a, b] = [start(), start()];
  const ada = await join(clock, a);
  await clock.advance(SIGN_OF_LIFE_MS + 100);
  ada.receive(encodePresenceMessage([{ clientId: 7, clock: 1, state: "{}" }]));
  await clock.advance(1_000);
  const bob = await join(clock, b, "bob");
  await clock.advance(100);
  expect(peopleSeen(bob)).toEqual({ 7: "{}" });
});

/** A companion that was cut off saved something and died before anybody heard of it. */
async function dieUnheard({ clock, start }: ReturnType<typeof createWorld>): Promise<void> {
  const lonely = start();
  await join(clock, lonely);
  lonely.relay.cut();
  await lonely.rooms.draw("session", () => [{ type: "add", object: rect("unheard") }]);
  await clock.advance(100);
  lonely.die();
}

it("[RD3] what only the store has is found by the next to write", async () => {
  const world = createWorld();
  const b = world.start();
  await join(world.clock, b);
  await dieUnheard(world);
  await b.rooms.draw("session", () => [{ type: "add", object: rect("drawn") }]);
  await world.clock.advance(1_000);
  expect(await idsOn(b)).toEqual(["drawn", "unheard"]);
});

it("[RD3] what only the store has is found by hearing of somebody who has read it", async () => {
  const world = createWorld();
  const b = world.start();
  await join(world.clock, b);
  await dieUnheard(world);
  await join(world.clock, world.start());
  await world.clock.advance(100);
  expect(await idsOn(b)).toEqual(["unheard"]);
});

it("[RD4] [SV7] one of several saves, the others hear that it has", async () => {
  const { clock, start, store } = createWorld();
  const companions = [start(), start(), start()];
  for (const one of companions) await join(clock, one);
  for (let n = 0; n < 10; n++) {
    for (const [i, { rooms }] of companions.entries()) {
      await rooms.draw("session", () => [{ type: "add", object: rect(`${i}-${n}`) }]);
    }
    await clock.advance(400);
  }
  await clock.advance(2_000);
  expect(store.boards.get("session")?.token).toBe(1);
  expect(store.fenced).toBe(0);
  expect(stored(store)).toHaveLength(30);
  for (const { rooms } of companions) expect(rooms.stats().oldestUnsavedMs).toBe(0);
});

it("[RD4] a saver that was paused is refused, and loses nothing", async () => {
  const { clock, start, store } = createWorld();
  const [a, b] = [start(), start()];
  await join(clock, a);
  await join(clock, b);
  await a.rooms.draw("session", () => [{ type: "add", object: rect("first") }]);
  await clock.advance(50);
  let wake: () => void = () => undefined;
  store.delay = () => new Promise((resolve) => (wake = resolve)); // its next write hangs on the way
  await a.rooms.draw("session", () => [{ type: "add", object: rect("late") }]);
  await clock.advance(50);
  store.delay = () => Promise.resolve();
  await clock.advance(LEASE_MS + 1_000);
  expect(stored(store)).toEqual(["first", "late"]); // by b
  wake();
  await clock.advance(1_000);
  expect(store.fenced).toBe(1);
  expect(a.rooms.stats().oldestUnsavedMs).toBe(0);
});

it("[RD4] [SV7] what nobody has saved for long, each saves itself; so does whoever drains", async () => {
  const { clock, start, store, hub } = createWorld();
  const [a, b] = [start(), start()];
  await join(clock, a);
  await join(clock, b);
  hub.loses = () => true; // but the lease can be asked for: b has it and never hears of a's
  for (let n = 0; n < PATIENCE_MS / 1_000 + 2; n++) {
    await b.rooms.draw("session", () => [{ type: "add", object: rect(`b-${n}`) }]);
    if (n === 0) await a.rooms.draw("session", () => [{ type: "add", object: rect("a") }]);
    await clock.advance(1_000);
  }
  expect(stored(store)).toContain("a");
  await a.rooms.draw("session", () => [{ type: "add", object: rect("a-last") }]);
  await a.rooms.drain();
  expect(stored(store)).toContain("a-last");
});

it("[RD6] what a room saved unheard, and that has closed since, is on the others once Redis is back", async () => {
  const { clock, start } = createWorld();
  const [a, b] = [start(), start()];
  await join(clock, a);
  await clock.advance(6_000);
  b.relay.cut();
  await b.rooms.draw("session", () => [{ type: "add", object: rect("unheard") }]);
  await clock.advance(EVICTION_GRACE_MS + 1_000);
  expect(b.rooms.stats().rooms).toBe(0);
  expect(await idsOn(a)).toEqual([]);
  a.relay.cut(); // Redis itself was away
  for (const { relay } of [a, b]) relay.mend();
  await clock.advance(5_000);
  expect(await idsOn(a)).toEqual(["unheard"]);
});

it("[RD6] a class that comes back when Redis does has the store read once", async () => {
  const { clock, start, store } = createWorld();
  const a = start();
  await join(clock, a);
  a.relay.cut();
  a.relay.mend();
  const before = store.calls.load;
  for (let n = 0; n < 5; n++) await join(clock, a);
  expect(store.calls.load - before).toBe(1);
  await clock.advance(6_000);
  expect(store.calls.load - before).toBe(1);
});

it("[RD6] whoever comes from another companion while Redis is away does not undo what the tutor drew there", async () => {
  const { clock, start } = createWorld();
  const [a, b] = [start(), start()];
  await join(clock, a);
  a.relay.cut();
  b.relay.cut();
  await b.rooms.draw("session", () => [{ type: "add", object: rect("tutors") }]);
  await clock.advance(1_000); // it is saved
  const seen = new Y.Doc();
  seen.getMap("objects").set("tutors", rect("tutors", { metadata: { source: "assistant" } }));
  const newcomer = await join(clock, a, "bob");
  newcomer.receive(encodeUpdateMessage(Y.encodeStateAsUpdate(seen)));
  await clock.advance(100);
  for (const { relay } of [a, b]) relay.mend();
  await clock.advance(1_000);
  expect([await idsOn(a), await idsOn(b)]).toEqual([["tutors"], ["tutors"]]);
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
