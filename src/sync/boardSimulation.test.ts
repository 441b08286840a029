/**
 * Seeded peers edit, forge, go offline, come back and change roles, while the tutor draws, saves fail
 * and servers die; over real codecs, a fake clock and sockets in memory. At the end everything heals,
 * and then all documents must be equal and hold what honest people drew.
 */
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import fc from "fast-check";
import { expect, it } from "vitest";
import * as syncProtocol from "y-protocols/sync";
import * as Y from "yjs";
import { createFakeClock, settle, type FakeClock } from "../../test/support/fakeClock.ts";
import { createMemoryBoardStore } from "../../test/support/memoryBoardStore.ts";
import { createMemoryVersionStore } from "../../test/support/memoryVersionStore.ts";
import {
  createMemorySocket,
  createPrincipal,
  type MemorySocket,
} from "../../test/support/memorySocket.ts";
import type { CanvasObject } from "../../convex/contract/boardOps.ts";
import type { Role } from "../protocol/principal.ts";
import { silentLogger } from "../util/logger.ts";
import { createBoardRooms, type BoardRooms } from "./boardRooms.ts";
import { encodeUpdateMessage } from "../protocol/boardMessages.ts";

/** A client that speaks the stock provider's protocol by hand, one frame at a time. */
class Peer {
  readonly doc = new Y.Doc();
  readonly principal;
  socket: MemorySocket | undefined;
  readonly drawn = new Set<string>();

  constructor(name: string, clientId: number) {
    this.doc.clientID = clientId; // fixed, so that a seed repeats the run
    this.principal = createPrincipal({ userId: name, role: "student" });
    this.doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== this) this.socket?.receive(encodeUpdateMessage(update));
    });
  }

  get objects() {
    return this.doc.getMap<CanvasObject>("objects");
  }

  connect(accept: (socket: MemorySocket, peer: Peer) => void) {
    if (this.socket?.closedWith === undefined && this.socket !== undefined) return;
    this.socket = createMemorySocket();
    accept(this.socket, this);
    this.socket.receive(
      encoding.encode((encoder) => {
        encoding.writeVarUint(encoder, 0);
        syncProtocol.writeSyncStep1(encoder, this.doc);
      }),
    );
  }

  /** Reads up to `count` of the frames that are on their way. */
  pump(count = Infinity): number {
    const frames = this.socket?.closedWith === undefined ? this.socket?.sent.splice(0, count) : [];
    for (const frame of frames ?? []) {
      const decoder = decoding.createDecoder(frame as Uint8Array);
      if (decoding.readVarUint(decoder) !== 0) continue;
      const encoder = encoding.createEncoder();
      encoding.writeVarUint(encoder, 0);
      syncProtocol.readSyncMessage(decoder, encoder, this.doc, this);
      if (encoding.length(encoder) > 1) this.socket?.receive(encoding.toUint8Array(encoder));
    }
    return frames?.length ?? 0;
  }
}

function createWorld() {
  const clock: FakeClock = createFakeClock();
  const store = createMemoryBoardStore();
  const versions = createMemoryVersionStore();
  /** Rooms of a process that can die: then nothing of theirs reaches the store any more. */
  function start() {
    let isAlive = true;
    const whileAlive = async <T>(call: () => Promise<T>): Promise<T> => {
      if (!isAlive) throw new Error("this server is dead");
      return await call();
    };
    const rooms = createBoardRooms({
      store: {
        load: (...args) => whileAlive(() => store.load(...args)),
        append: (...args) => whileAlive(() => store.append(...args)),
        compact: (...args) => whileAlive(() => store.compact(...args)),
      },
      versionStore: {
        write: (...args) => whileAlive(() => versions.write(...args)),
        read: (...args) => whileAlive(() => versions.read(...args)),
        newestSeq: (...args) => whileAlive(() => versions.newestSeq(...args)),
      },
      clock,
      logger: silentLogger,
      random: () => 0.5,
      soon: (task) => void clock.after(0, task),
    });
    return { ...methodsOf(rooms), die: () => (isAlive = false) };
  }
  const peers = ["ada", "bob", "eve", "mia"].map((name, i) => new Peer(name, i + 1));
  const world = { clock, store, peers, rooms: start(), start, drawings: 0 };
  return world;
}
type World = ReturnType<typeof createWorld>;

function methodsOf(rooms: BoardRooms): BoardRooms {
  return {
    openBoardSocket: (socket, watch) => rooms.openBoardSocket(socket, watch),
    view: (sessionId) => rooms.view(sessionId),
    draw: (sessionId, plan) => rooms.draw(sessionId, plan),
    turnEnded: (sessionId, turnId) => rooms.turnEnded(sessionId, turnId),
    keepVersion: (sessionId, version) => rooms.keepVersion(sessionId, version),
    restoreVersion: (sessionId, version) => rooms.restoreVersion(sessionId, version),
    drain: () => rooms.drain(),
    stats: () => rooms.stats(),
  };
}

const who = fc.nat(3);
const key = fc.constantFrom("k0", "k1", "k2", "k3");
const roles = fc.constantFrom<Role>("teacher", "student", "observer");
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant("draw" as const), who }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constant("change" as const), who, key }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("erase" as const), who, key }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("forge" as const), who, key }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("assistantDraws" as const) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("spoilAssistants" as const), who }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant("connect" as const), who }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("drop" as const), who }) },
  {
    weight: 8,
    arbitrary: fc.record({ type: fc.constant("read" as const), who, count: fc.nat(5) }),
  },
  { weight: 5, arbitrary: fc.record({ type: fc.constant("wait" as const), ms: fc.nat(2_000) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("setRole" as const), who, role: roles }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("serverDies" as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("storeFails" as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("storeHeals" as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const object = (id: string, more: Partial<CanvasObject> = {}): CanvasObject => ({
  id,
  kind: "rect",
  ...more,
});

function edit(world: World, action: Step & { who: number }): void {
  const peer = world.peers[action.who]!;
  const { objects } = peer;
  if (action.type === "draw") {
    const id = `${peer.principal.current().userId}-${peer.drawn.size}`;
    peer.drawn.add(id);
    objects.set(id, object(id));
  } else if (action.type === "change") {
    objects.set(action.key, object(action.key, { x: objects.size }));
  } else if (action.type === "erase") objects.delete(action.key);
  else if (action.type === "forge") {
    objects.set(
      action.key,
      object(action.key, { metadata: { source: "assistant" }, fill: "forged" }),
    );
  } else if (action.type === "spoilAssistants") {
    const drawn = [...objects.keys()].find((id) => id.startsWith("assistant"));
    if (drawn !== undefined) objects.delete(drawn);
  }
}

type Handlers = {
  [Type in Exclude<Step["type"], "draw" | "change" | "erase" | "forge" | "spoilAssistants">]: (
    world: World,
    action: Extract<Step, { type: Type }>,
  ) => Promise<void> | void;
};

const handlers: Handlers = {
  connect: ({ peers, rooms }, { who: index }) =>
    peers[index]!.connect((socket, { principal }) => rooms.openBoardSocket(socket, principal)),
  drop: ({ peers }, { who: index }) => peers[index]!.socket?.drop(),
  read: ({ peers }, { who: index, count }) => void peers[index]!.pump(count),
  wait: ({ clock }, { ms }) => clock.advance(ms),
  setRole: ({ peers }, { who: index, role }) => peers[index]!.principal.set({ role }),
  serverDies(world) {
    world.rooms.die();
    world.rooms = world.start();
    for (const { socket } of world.peers) socket?.drop();
  },
  storeFails({ store }) {
    store.failure.append = new Error("store is away");
    store.failure.compact = store.failure.append;
  },
  storeHeals({ store }) {
    store.failure = {};
  },
  async assistantDraws(world) {
    const id = `assistant-${world.drawings++}`;
    const drawing = world.rooms.draw("session", () => [{ type: "add", object: object(id) }]);
    await world.clock.advance(0);
    await drawing;
  },
};

async function perform(world: World, action: Step): Promise<void> {
  if (action.type in handlers) {
    const handle = handlers[action.type as keyof Handlers] as (w: World, a: Step) => unknown;
    await handle(world, action);
  } else edit(world, action as Step & { who: number });
}

/** Everyone may write, everyone is connected, the store works; until nothing is on its way. */
async function heal(world: World): Promise<void> {
  world.store.failure = {};
  for (const peer of world.peers) peer.principal.set({ role: "student" });
  for (let quiet = 0; quiet < 3;) {
    for (const peer of world.peers) {
      peer.connect((socket, { principal }) => world.rooms.openBoardSocket(socket, principal));
    }
    await world.clock.advance(1_000);
    const moved = world.peers.map((peer) => peer.pump()).reduce((a, b) => a + b);
    await settle();
    const isQuiet =
      moved === 0 && world.peers.every(({ socket }) => socket?.closedWith === undefined);
    quiet = isQuiet ? quiet + 1 : 0;
    if (world.clock.now() > 10_000_000) throw new Error("the world never comes to rest");
  }
}

async function run(steps: Step[]): Promise<World> {
  const world = createWorld();
  for (const action of steps) await perform(world, action);
  await heal(world);
  return world;
}

/** The frames of life every 10 s would keep the world moving; they carry no entry and are not counted. */
async function check(steps: Step[]): Promise<void> {
  const world = await run(steps);
  const view = Object.fromEntries((await world.rooms.view("session")).objects);
  for (const { objects } of world.peers) expect(objects.toJSON()).toEqual(view);
  for (const { drawn } of world.peers) for (const id of drawn) expect(view).toHaveProperty(id);
  for (const value of Object.values(view)) expect(value.fill).not.toBe("forged");

  await world.rooms.drain();
  const reopened = world.start();
  expect(Object.fromEntries((await reopened.view("session")).objects)).toEqual(view);
  await reopened.drain();
}

it("[WB1-WB7] [SV1-SV6] [V2.3.1] boards converge whatever people, stores and servers do", async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), check), {
    numRuns: Math.ceil(Number(process.env["FC_RUNS"] ?? 100) * 0.6),
  });
}, 120_000);

it("the simulation does produce refusals, saves and reconnects", async () => {
  const totals = { refused: 0, rows: 0, objects: 0 };
  for (const steps of fc.sample(fc.array(step, { minLength: 50, maxLength: 60 }), {
    numRuns: 5,
    seed: 7,
  })) {
    const world = await run(steps);
    totals.refused += world.rooms.stats().refusedEdits;
    totals.rows += world.rooms.stats().savedRows;
    totals.objects += (await world.rooms.view("session")).objects.size;
  }
  for (const total of Object.values(totals)) expect(total).toBeGreaterThan(0);
});
