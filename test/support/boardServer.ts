/** Boards on real sockets over a store in memory, and stock clients for them; closed with the test. */
import { onTestFinished, vi, expect } from "vitest";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";
import type { CanvasObject } from "../../convex/contract/boardOps.ts";
import type { BoardLimits } from "../../src/sync/boardLimits.ts";
import { createBoardRooms } from "../../src/sync/boardRooms.ts";
import { systemClock } from "../../src/util/clock.ts";
import { silentLogger, type Logger } from "../../src/util/logger.ts";
import { createMemoryBoardStore } from "./memoryBoardStore.ts";
import { createMemoryVersionStore } from "./memoryVersionStore.ts";
import { createPrincipal, type ChangeablePrincipal } from "./memorySocket.ts";
import { startSocketServer } from "./socketServer.ts";

/** A server with real sockets over a store that outlives it; `people` says who connects as whom. */
export async function startBoards(
  store = createMemoryBoardStore(),
  options: { limits?: BoardLimits; port?: number; logger?: Logger } = {},
) {
  const versions = createMemoryVersionStore();
  const rooms = createBoardRooms({
    store,
    versionStore: versions,
    sealKey: new Uint8Array(32),
    clock: systemClock,
    logger: silentLogger,
    ...options,
  });
  const people = new Map<string, ChangeablePrincipal>();
  const server = await startSocketServer((socket, url) => {
    const sessionId = url.pathname.slice("/ws/board/".length);
    const name = url.searchParams.get("as") ?? "ada";
    const person = people.get(name) ?? createPrincipal({ userId: name, sessionId });
    people.set(name, person);
    rooms.openBoardSocket(socket, person);
  }, options);
  onTestFinished(async () => {
    store.failure = {};
    await rooms.drain().catch(() => undefined);
  });
  return { rooms, server, store, versions, people };
}

/** A stock provider; `options` are its own. */
export function connect(
  url: string,
  as = "ada",
  doc = new Y.Doc(),
  options: Partial<ConstructorParameters<typeof WebsocketProvider>[3]> = {},
) {
  const provider = new WebsocketProvider(`${url}/ws/board`, "session", doc, {
    protocols: ["lectern.v1", "bearer.token"],
    params: { as },
    disableBc: true,
    maxBackoffTime: 100,
    ...options,
  });
  onTestFinished(() => provider.destroy());
  const objects = doc.getMap<CanvasObject>("objects");
  const ephemeral = doc.getMap<CanvasObject>("ephemeral");
  const synced = () => vi.waitFor(() => expect(provider.synced).toBe(true));
  return { provider, doc, objects, ephemeral, synced };
}

export const rect = (id: string, more: Partial<CanvasObject> = {}): CanvasObject => ({
  id,
  kind: "rect",
  x: 10,
  y: 10,
  ...more,
});
