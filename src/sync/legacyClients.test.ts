/** Clients of the legacy board socket, as their code speaks, on a board with stock ones. */
import { once } from "node:events";
import { WebsocketProvider } from "y-websocket";
import { expect, it, onTestFinished, vi } from "vitest";
import { WebSocket } from "ws";
import * as Y from "yjs";
import { createMemoryBoardStore } from "../../test/support/memoryBoardStore.ts";
import { createMemoryVersionStore } from "../../test/support/memoryVersionStore.ts";
import { createPrincipal } from "../../test/support/memorySocket.ts";
import { startSocketServer } from "../../test/support/socketServer.ts";
import type { CanvasObject } from "../../convex/contract/boardOps.ts";
import { createLegacyBoardSocket } from "../protocol/legacyBoardSocket.ts";
import type { Role } from "../protocol/principal.ts";
import { systemClock } from "../util/clock.ts";
import { silentLogger } from "../util/logger.ts";
import { createBoardRooms } from "./boardRooms.ts";
import { PIECE_BYTES } from "./document/updatePieces.ts";

async function startBoards() {
  const store = createMemoryBoardStore();
  const rooms = createBoardRooms({
    store,
    versionStore: createMemoryVersionStore(),
    sealKey: new Uint8Array(32),
    clock: systemClock,
    logger: silentLogger,
  });
  const { url } = await startSocketServer((socket, { pathname, searchParams }) => {
    const role = (searchParams.get("role") ?? "student") as Role;
    const person = createPrincipal({ userId: searchParams.get("as") ?? "ada", role });
    const isLegacy = pathname.startsWith("/ws/v2/");
    rooms.openBoardSocket(isLegacy ? createLegacyBoardSocket(socket) : socket, person);
  });
  onTestFinished(() => rooms.drain());
  return { rooms, store, url };
}

/** Sends each update at once while the socket is open, and never anything else; does not come back. */
async function connectLegacy(url: string, query = "as=lea") {
  const doc = new Y.Doc();
  const ws = new WebSocket(`${url}/ws/v2/session/session/whiteboard?${query}`);
  ws.binaryType = "arraybuffer";
  onTestFinished(() => ws.terminate());
  const frames: Uint8Array[] = [];
  ws.on("message", (data: ArrayBuffer) => {
    frames.push(new Uint8Array(data));
    Y.applyUpdate(doc, new Uint8Array(data), "remote");
  });
  doc.on("update", (update: Uint8Array, origin: unknown) => {
    if (origin !== "remote" && ws.readyState === WebSocket.OPEN) ws.send(update);
  });
  await vi.waitFor(() => expect(frames.length).toBeGreaterThan(0));
  const [objects, ephemeral] = [
    doc.getMap<CanvasObject>("objects"),
    doc.getMap<CanvasObject>("ephemeral"),
  ];
  return { ws, doc, frames, objects, ephemeral };
}

async function connectStock(url: string) {
  const doc = new Y.Doc();
  const provider = new WebsocketProvider(`${url}/ws/board`, "session", doc, { disableBc: true });
  onTestFinished(() => provider.destroy());
  await vi.waitFor(() => expect(provider.synced).toBe(true));
  return { provider, doc, objects: doc.getMap<CanvasObject>("objects") };
}

const mine = (id: string, more: Partial<CanvasObject> = {}): CanvasObject => ({
  id,
  kind: "rect",
  x: 1,
  y: 1,
  metadata: { source: "user" },
  ...more,
});

it("[LB1] an empty board is the update of two bytes; a full one comes whole, and then each change", async () => {
  const { url, rooms } = await startBoards();
  const first = await connectLegacy(url);
  expect(first.frames).toEqual([new Uint8Array([0, 0])]);
  await rooms.draw("session", () => [{ type: "add", object: { id: "tutors", kind: "rect" } }]);
  await vi.waitFor(() => expect(first.objects.has("tutors")).toBe(true));
  const second = await connectLegacy(url);
  expect(second.frames).toHaveLength(1);
  expect(second.objects.get("tutors")?.metadata?.source).toBe("assistant");
  for (const n of [0, 1, 2])
    first.objects.set(`big${n}`, mine(`big${n}`, { text: "x".repeat(9_000) }));
  await vi.waitFor(() => expect([...second.objects.keys()]).toHaveLength(4));
  expect(Y.encodeStateVector(second.doc)).toEqual(Y.encodeStateVector(first.doc));
});

it("[LB1] a board larger than a piece comes in several updates, in order", async () => {
  const { url } = await startBoards();
  const stock = await connectStock(url);
  for (let n = 0; n < 40; n++)
    stock.objects.set(`o${n}`, mine(`o${n}`, { text: "x".repeat(9_000) }));
  const legacy = await connectLegacy(url);
  await vi.waitFor(() => expect(legacy.objects.toJSON()).toEqual(stock.objects.toJSON()));
  expect(Math.max(...legacy.frames.map(({ byteLength }) => byteLength))).toBeLessThan(
    2 * PIECE_BYTES,
  );
});

it("[LB2] an old client and a new one draw on the same board, marks included, and it is saved", async () => {
  const { url, store } = await startBoards();
  const [legacy, stock] = [await connectLegacy(url), await connectStock(url)];
  legacy.objects.set("old", mine("old"));
  stock.objects.set("new", mine("new"));
  stock.provider.awareness.setLocalStateField("cursor", { x: 1 }); // not for legacy clients
  legacy.ephemeral.set("ping", {
    id: "ping",
    kind: "pointer_ping",
    x: 1,
    y: 1,
    metadata: { id: "ping", source: "user", expiresAt: systemClock.now() + 60_000 },
  });
  await vi.waitFor(() => expect([...stock.objects.keys()].sort()).toEqual(["new", "old"]));
  await vi.waitFor(() => expect([...legacy.objects.keys()].sort()).toEqual(["new", "old"]));
  await vi.waitFor(() => expect(stock.doc.getMap("ephemeral").has("ping")).toBe(true));
  legacy.objects.delete("new");
  await vi.waitFor(() => expect([...stock.objects.keys()]).toEqual(["old"]));
  await expect.poll(() => store.boards.get("session")?.lastSeq ?? 0).toBeGreaterThan(0);
  expect(legacy.ws.readyState).toBe(WebSocket.OPEN);
});

it("[LB2] what a legacy client may not do is undone on its own screen too, and the rest stays", async () => {
  const { url, rooms } = await startBoards();
  const [legacy, stock] = [await connectLegacy(url), await connectStock(url)];
  await rooms.draw("session", () => [{ type: "add", object: { id: "tutors", kind: "rect" } }]);
  await vi.waitFor(() => expect(legacy.objects.has("tutors")).toBe(true));
  legacy.objects.delete("tutors");
  legacy.objects.set("forged", mine("forged", { metadata: { source: "assistant" } }));
  legacy.objects.set("honest", mine("honest"));
  await vi.waitFor(() => expect([...stock.objects.keys()].sort()).toEqual(["honest", "tutors"]));
  await vi.waitFor(() => expect(legacy.objects.toJSON()).toEqual(stock.objects.toJSON()));
});

it("[LB2] an observer's legacy client looks and cannot draw", async () => {
  const { url } = await startBoards();
  const [legacy, stock] = [await connectLegacy(url, "role=observer"), await connectStock(url)];
  legacy.objects.set("mine", mine("mine"));
  stock.objects.set("theirs", mine("theirs"));
  await vi.waitFor(() => expect(legacy.objects.has("theirs")).toBe(true));
  expect(stock.objects.has("mine")).toBe(false);
});

it.each([
  ["text", "hello"],
  ["bytes that are no update", Buffer.from([255, 255, 255, 255, 1])],
  ["an update that announces a million structs", Buffer.from([1, 0xc0, 0x84, 0x3d, 1, 0])],
])("[LB3] %s closes the socket 4400 and harms nobody else", async (_, data) => {
  const { url } = await startBoards();
  const [legacy, stock] = [await connectLegacy(url), await connectStock(url)];
  const closed = once(legacy.ws, "close");
  legacy.ws.send(data);
  expect((await closed)[0]).toBe(4400);
  const other = await connectLegacy(url, "as=bob");
  stock.objects.set("later", mine("later"));
  await vi.waitFor(() => expect(other.objects.has("later")).toBe(true));
});
