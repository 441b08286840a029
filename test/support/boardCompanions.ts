/** Several companions' rooms of one board, over a relay and a store in memory and a clock that is moved by hand. */
import * as Y from "yjs";
import { createFakeClock, type FakeClock } from "./fakeClock.ts";
import { createMemoryBoardStore, type MemoryBoardStore } from "./memoryBoardStore.ts";
import { createRelayHub, type MemoryRelay } from "./memoryRelay.ts";
import { createMemoryVersionStore } from "./memoryVersionStore.ts";
import { createMemorySocket, createPrincipal, type MemorySocket } from "./memorySocket.ts";
import type { CanvasObject } from "../../convex/contract/boardOps.ts";
import {
  decodeBoardMessage,
  encodeUpdateMessage,
  type PresenceEntry,
} from "../../src/protocol/boardMessages.ts";
import { silentLogger } from "../../src/util/logger.ts";
import type { BoardStore } from "../../src/sync/saving/boardStore.ts";
import { createBoardRooms, type BoardRooms } from "../../src/sync/boardRooms.ts";

export interface Companion {
  rooms: BoardRooms;
  relay: MemoryRelay;
  /** From now on it does nothing more, as after `kill -9`. */
  die(): void;
  isAlive: boolean;
  /** Stops it dead; what falls due meanwhile is done at `resume`. */
  pause(): void;
  resume(): void;
}

export function createWorld() {
  const clock = createFakeClock();
  const store = createMemoryBoardStore();
  const versions = createMemoryVersionStore();
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
        versionStore: versions,
        sealKey: new Uint8Array(32),
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
  return { clock, store, versions, hub, start };
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

export const rect = (id: string, more: Partial<CanvasObject> = {}): CanvasObject => ({
  id,
  kind: "rect",
  ...more,
});

/** Somebody on a socket of that companion; keeps it in use. */
export async function join(
  clock: FakeClock,
  { rooms }: Companion,
  userId = "ada",
): Promise<MemorySocket> {
  const socket = createMemorySocket();
  rooms.openBoardSocket(socket, createPrincipal({ userId, role: "student" }));
  await clock.advance(5);
  return socket;
}

/** Draws by a client of its own, which knows nothing else. */
export function drawing(id: string, more: Partial<CanvasObject> = {}): Uint8Array {
  const doc = new Y.Doc();
  doc.getMap("objects").set(id, rect(id, more));
  return encodeUpdateMessage(Y.encodeStateAsUpdate(doc));
}

export const idsOn = async ({ rooms }: Companion) =>
  [...(await rooms.view("session")).objects.keys()].sort();

/** What somebody would find who opened the board now, with every companion gone. */
export function stored({ boards }: MemoryBoardStore): string[] {
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

export function presenceSeen(socket: MemorySocket): PresenceEntry[] {
  return socket.sent.flatMap((frame) => {
    const bytes = frame as Uint8Array;
    if (bytes[0] !== 1) return []; // updates may be larger than a client's own
    const message = decodeBoardMessage(bytes);
    return message.type === "presence" ? message.entries : [];
  });
}
