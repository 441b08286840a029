import { describe, expect, it, onTestFinished, vi } from "vitest";
import * as Y from "yjs";
import { WebSocket } from "ws";
import { createMemoryBoardStore } from "../../test/support/memoryBoardStore.ts";
import { createMemoryVersionStore } from "../../test/support/memoryVersionStore.ts";
import { createFakeClock } from "../../test/support/fakeClock.ts";
import { createMemorySocket, createPrincipal } from "../../test/support/memorySocket.ts";
import { connect, rect, startBoards } from "../../test/support/boardServer.ts";
import { encodeUpdateMessage } from "../protocol/boardMessages.ts";
import { silentLogger } from "../util/logger.ts";
import { BOARD_LIMITS } from "./boardLimits.ts";
import { createBoardRooms, EVICTION_GRACE_MS } from "./boardRooms.ts";

describe("a board with stock clients", () => {
  it("[V2.3.1] [WB1] several people edit at once and all see the same board", async () => {
    const { server } = await startBoards();
    const clients = ["ada", "bob", "eve", "mia", "tom"].map((name) => connect(server.url, name));
    await Promise.all(clients.map(({ synced }) => synced()));
    for (let round = 0; round < 20; round++) {
      for (const [i, { objects }] of clients.entries()) {
        objects.set(`own-${i}-${round}`, rect(`own-${i}-${round}`, { x: round }));
        objects.set("shared", rect("shared", { x: i, y: round }));
      }
    }
    await vi.waitFor(() => {
      const boards = clients.map(({ objects }) => objects.toJSON());
      expect(Object.keys(boards[0]!)).toHaveLength(101);
      for (const board of boards) expect(board).toEqual(boards[0]);
    });
  });

  it("[WB4] takes an observer's presence, not their edits, and says so once", async () => {
    const { server, people } = await startBoards();
    people.set("olga", createPrincipal({ userId: "olga", role: "observer" }));
    const warn = vi.spyOn(console, "warn").mockReturnValue(undefined);
    onTestFinished(() => warn.mockRestore());
    const [ada, olga] = [connect(server.url, "ada"), connect(server.url, "olga")];
    await Promise.all([ada.synced(), olga.synced()]);
    olga.objects.set("drawn", rect("drawn"));
    olga.objects.set("again", rect("again"));
    olga.provider.awareness.setLocalStateField("name", "Olga");
    ada.objects.set("later", rect("later"));
    await expect
      .poll(() => ada.provider.awareness.getStates().get(olga.doc.clientID))
      .toEqual({ name: "Olga" });
    await expect.poll(() => olga.objects.has("later")).toBe(true);
    expect(ada.objects.has("drawn")).toBe(false);
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it("[WB5] judges anew what an observer drew, once they are promoted", async () => {
    const { server, people } = await startBoards();
    people.set("olga", createPrincipal({ userId: "olga", role: "observer" }));
    const warn = vi.spyOn(console, "warn").mockReturnValue(undefined);
    onTestFinished(() => warn.mockRestore());
    const [ada, olga] = [connect(server.url, "ada"), connect(server.url, "olga")];
    await Promise.all([ada.synced(), olga.synced()]);
    olga.objects.set("drawn", rect("drawn"));
    await expect.poll(() => warn.mock.calls.length).toBe(1);
    expect(olga.objects.has("drawn")).toBe(true);
    people.get("olga")!.set({ role: "student" });
    await expect.poll(() => ada.objects.has("drawn")).toBe(true);
  });

  it("[WB3] undoes a forged source for everyone, its author included, who can go on", async () => {
    const { server, rooms } = await startBoards();
    vi.spyOn(console, "warn").mockReturnValue(undefined);
    const [ada, eve] = [connect(server.url, "ada"), connect(server.url, "eve")];
    await Promise.all([ada.synced(), eve.synced()]);
    const seen: string[] = [];
    ada.objects.observe((event) => seen.push(...event.keysChanged));
    eve.objects.set("forged", rect("forged", { metadata: { source: "assistant" } }));
    eve.objects.set("honest", rect("honest"));
    await expect.poll(() => ada.objects.has("honest")).toBe(true);
    await expect.poll(() => eve.objects.has("forged")).toBe(false);
    expect(ada.objects.has("forged")).toBe(false);
    expect(rooms.stats().refusedEdits).toBe(1);
  });

  it("[WB7] what the assistant draws reaches everyone and stays out of students' reach", async () => {
    const { server, rooms } = await startBoards();
    vi.spyOn(console, "warn").mockReturnValue(undefined);
    const ada = connect(server.url, "ada");
    await ada.synced();
    await rooms.draw("session", () => [{ type: "add", object: rect("drawn") }]);
    await expect.poll(() => ada.objects.get("drawn")?.metadata?.source).toBe("assistant");
    ada.objects.delete("drawn");
    await expect.poll(() => ada.objects.has("drawn")).toBe(true);
    expect((await rooms.view("session")).objects.has("drawn")).toBe(true);
  });

  it("[WB10] takes a mark off every screen when its time is over", async () => {
    const { server } = await startBoards();
    const [ada, bob] = [connect(server.url, "ada"), connect(server.url, "bob")];
    await Promise.all([ada.synced(), bob.synced()]);
    const expiresAt = Date.now() + 400;
    ada.ephemeral.set("ping", rect("ping", { kind: "pointer_ping", metadata: { expiresAt } }));
    await expect.poll(() => bob.ephemeral.has("ping")).toBe(true);
    await expect.poll(() => bob.ephemeral.has("ping")).toBe(false);
    await expect.poll(() => ada.ephemeral.has("ping")).toBe(false);
  });
});

describe("saving", () => {
  it("[WB13] [SV2] a new server shows what the old one was told", async () => {
    const { server, rooms, store } = await startBoards();
    const ada = connect(server.url);
    await ada.synced();
    for (let i = 0; i < 50; i++) ada.objects.set(`o${i}`, rect(`o${i}`));
    await expect
      .poll(() => rooms.stats().oldestUnsavedMs === 0 && store.calls.append > 0)
      .toBe(true);
    ada.provider.destroy();
    await rooms.drain();
    await server.close();

    const restarted = await startBoards(store);
    const bob = connect(restarted.server.url, "bob");
    await bob.synced();
    expect([...bob.objects.keys()]).toHaveLength(50);
  });

  it("[WB13] what only a client still has comes back with that client", async () => {
    const first = await startBoards();
    const ada = connect(first.server.url);
    await ada.synced();
    const port = Number(new URL(first.server.url).port);
    first.store.failure.append = new Error("disk gone");
    ada.objects.set("only-here", rect("only-here"));
    await expect.poll(() => first.rooms.stats().failedSaves).toBeGreaterThan(0);
    await first.server.close();

    const second = await startBoards(createMemoryBoardStore(), { port });
    await expect.poll(() => second.rooms.stats().connections).toBe(1);
    await expect
      .poll(async () => (await second.rooms.view("session")).objects.has("only-here"))
      .toBe(true);
  });

  it("[SV5] closes the sockets of a board that was removed", async () => {
    const { server, rooms, store } = await startBoards();
    const ada = connect(server.url);
    await ada.synced();
    const closed = new Promise<number>((resolve) =>
      ada.provider.on("closed", ({ code }) => resolve(code)),
    );
    store.failure.append = Object.assign(new Error("gone"), { data: { code: "NOT_FOUND" } });
    ada.objects.set("late", rect("late"));
    expect(await closed).toBe(4404);
    await expect.poll(() => rooms.stats().oldestUnsavedMs).toBe(0);
  });

  it("[WB12] drains: saves what came last and tells clients to come back", async () => {
    const { server, rooms, store } = await startBoards();
    const ada = connect(server.url);
    await ada.synced();
    const closed = new Promise<number | undefined>((resolve) =>
      ada.provider.on("connection-close", (event) => resolve(event?.code)),
    );
    ada.objects.set("last", rect("last"));
    await expect.poll(() => rooms.stats().oldestUnsavedMs).toBeGreaterThanOrEqual(0);
    await expect.poll(async () => (await rooms.view("session")).objects.has("last")).toBe(true);
    await rooms.drain();
    expect(await closed).toBe(1001);
    expect(store.boards.get("session")?.rows.length).toBeGreaterThan(0);
  });
});

describe("rooms without people", () => {
  function setUp() {
    const clock = createFakeClock();
    const store = createMemoryBoardStore();
    const soon = (task: () => void) => void clock.after(0, task);
    const versionStore = createMemoryVersionStore();
    const sealKey = new Uint8Array(32);
    const deps = { store, versionStore, sealKey, clock, logger: silentLogger, soon };
    const rooms = createBoardRooms({ ...deps, random: () => 0.5 });
    const draw = (id: string) => rooms.draw("session", () => [{ type: "add", object: rect(id) }]);
    return { clock, store, rooms, draw };
  }

  it("[BW2] passes on at once what comes to a calm board, and what comes in a rush together", async () => {
    const { clock, rooms } = setUp();
    const [writer, reader] = [createMemorySocket(), createMemorySocket()];
    for (const socket of [writer, reader]) rooms.openBoardSocket(socket, createPrincipal());
    await clock.advance(0);
    const doc = new Y.Doc();
    doc.on("update", (update: Uint8Array) => writer.receive(encodeUpdateMessage(update)));
    const sentAfter = async (edits: number, ms: number) => {
      reader.sent.length = 0;
      for (let x = 0; x < edits; x++) doc.getMap("objects").set("a", rect("a", { x }));
      await clock.advance(ms);
      return reader.sent.length;
    };
    expect(await sentAfter(1, 0)).toBe(1);
    expect(await sentAfter(20, 9)).toBe(0);
    expect(await sentAfter(20, 1)).toBe(1);
    await clock.advance(10);
    expect(await sentAfter(1, 0)).toBe(1);
  });

  it("[BW9] whoever comes with nothing new is no edit", async () => {
    const { clock, rooms } = setUp();
    const [writer, reader] = [createMemorySocket(), createMemorySocket()];
    for (const socket of [writer, reader]) rooms.openBoardSocket(socket, createPrincipal());
    await clock.advance(0);
    writer.receive(encodeUpdateMessage(Uint8Array.of(0, 0)));
    await clock.advance(0);
    const doc = new Y.Doc();
    doc.on("update", (update: Uint8Array) => writer.receive(encodeUpdateMessage(update)));
    doc.getMap("objects").set("a", rect("a"));
    reader.sent.length = 0;
    await clock.advance(0); // a flush before it would have it wait
    expect(reader.sent).toHaveLength(1);
  });

  it("[WB7] what the assistant drew is saved at once", async () => {
    const { clock, store, draw } = setUp();
    await draw("a");
    await clock.advance(0);
    expect(store.boards.get("session")?.rows).toHaveLength(1);
  });

  it("[WB13] are given up after a while, but never while something is unsaved", async () => {
    const { clock, store, rooms, draw } = setUp();
    store.failure.append = new Error("store is away");
    await draw("a");
    await clock.advance(10 * EVICTION_GRACE_MS);
    expect(rooms.stats()).toMatchObject({ rooms: 1 });
    expect(rooms.stats().oldestUnsavedMs).toBeGreaterThan(9 * EVICTION_GRACE_MS);
    store.failure = {};
    await clock.advance(3 * EVICTION_GRACE_MS);
    expect(rooms.stats()).toMatchObject({ rooms: 0, oldestUnsavedMs: 0 });
    expect(clock.pending()).toBe(0);
    expect((await rooms.view("session")).objects.has("a")).toBe(true);
  });

  it("[WB13] a board that cannot be loaded keeps no room; the next visitor tries anew", async () => {
    const { clock, store, rooms } = setUp();
    store.failure.load = new Error("store is away");
    const socket = createMemorySocket();
    rooms.openBoardSocket(socket, createPrincipal());
    await clock.advance(0);
    expect([socket.closedWith, rooms.stats().rooms, clock.pending()]).toEqual([1013, 0, 0]);
    store.failure = {};
    const second = createMemorySocket();
    rooms.openBoardSocket(second, createPrincipal());
    await clock.advance(0);
    expect([second.closedWith, rooms.stats().connections]).toEqual([undefined, 1]);
  });
});

describe("hostile sockets", () => {
  /** Opens a bare socket, sends frames and tells with what code it was closed. */
  async function attack(url: string, frames: (Uint8Array | string)[]): Promise<number> {
    const ws = new WebSocket(`${url}/ws/board/session?as=mallory`, ["lectern.v1"]);
    onTestFinished(() => ws.terminate());
    ws.on("error", () => undefined);
    const code = new Promise<number>((resolve) => ws.on("close", resolve));
    await new Promise((resolve) => ws.on("open", resolve));
    for (const frame of frames) ws.send(frame);
    return await code;
  }

  it("[PR4] [V2.1.1] a frame that is none closes with 4400, and others go on", async () => {
    const { server } = await startBoards();
    const ada = connect(server.url);
    await ada.synced();
    for (const frame of ["text", Uint8Array.of(9), Uint8Array.of(0, 2, 5, 1), Uint8Array.of()]) {
      expect(await attack(server.url, [frame])).toBe(4400);
    }
    expect(await attack(server.url, [encodeUpdateMessage(Uint8Array.of(1, 2, 3))])).toBe(4400);
    const bob = connect(server.url, "bob");
    await bob.synced();
    ada.objects.set("still", rect("still"));
    await expect.poll(() => bob.objects.has("still")).toBe(true);
  });

  it("[WB8] an update that announces 30 million structs costs neither memory nor time", async () => {
    const { server } = await startBoards();
    const announcesMuch = Uint8Array.of(1, 0x80, 0x87, 0xa7, 0x0e, 1, 0, 0);
    const before = process.memoryUsage().rss;
    expect(await attack(server.url, [encodeUpdateMessage(announcesMuch)])).toBe(4400);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  });

  it("[WB9] a flood is closed with 1013", async () => {
    const limits = { ...BOARD_LIMITS, budget: { ...BOARD_LIMITS.budget, burstMessages: 20 } };
    const { server } = await startBoards(createMemoryBoardStore(), { limits });
    const flood = Array.from({ length: 400 }, () => Uint8Array.of(3));
    expect(await attack(server.url, flood)).toBe(1013);
  });

  it("[WB8] a board that is full takes no more objects, but lets go of some", async () => {
    const limits = { ...BOARD_LIMITS, fullBoardBytes: 20_000 };
    const { server, rooms } = await startBoards(createMemoryBoardStore(), { limits });
    vi.spyOn(console, "warn").mockReturnValue(undefined);
    const ada = connect(server.url);
    await ada.synced();
    const text = "x".repeat(9_000);
    for (const id of ["a", "b", "c"]) ada.objects.set(id, rect(id, { kind: "text", text }));
    await expect.poll(() => rooms.view("session").then(({ objects }) => objects.size)).toBe(3);
    ada.objects.set("d", rect("d"));
    await expect.poll(() => ada.objects.has("d")).toBe(false);
    ada.objects.delete("a");
    await expect.poll(() => rooms.view("session").then(({ objects }) => objects.size)).toBe(2);
  });

  it("[WB8] who holds updates back without end must resync", async () => {
    const limits = { ...BOARD_LIMITS, maxPendingBytes: 2_000 };
    const { server } = await startBoards(createMemoryBoardStore(), { limits });
    const doc = new Y.Doc();
    const updates: Uint8Array[] = [];
    doc.on("update", (update: Uint8Array) => updates.push(update));
    for (let i = 0; i < 40; i++)
      doc.getMap("objects").set(`${i}`, rect(`${i}`, { text: "y".repeat(99) }));
    const withoutFirst = updates.slice(1).map(encodeUpdateMessage);
    expect(await attack(server.url, withoutFirst)).toBe(4503);
  });
});

describe("cleaning up", () => {
  it("[V2.1.4] [WB13] after 1,000 connects and drops no room, timer or handle is left", async () => {
    const { server, rooms } = await startBoards();
    const open = () =>
      new Promise<WebSocket>((resolve, reject) => {
        const ws = new WebSocket(`${server.url}/ws/board/session`, ["lectern.v1"]);
        ws.on("open", () => resolve(ws)).on("error", reject);
      });
    const handles = () =>
      process.getActiveResourcesInfo().filter((name) => name !== "Timeout").length;
    const before = handles();
    for (let round = 0; round < 20; round++) {
      const sockets = await Promise.all(Array.from({ length: 50 }, open));
      for (const [i, ws] of sockets.entries()) {
        ws.send(Uint8Array.of(0, 0, 1, 0));
        if (i % 2 === 0) ws.close();
        else ws.terminate();
      }
    }
    await expect.poll(() => rooms.stats().connections).toBe(0);
    await rooms.drain();
    expect(rooms.stats().rooms).toBe(0);
    await expect.poll(handles).toBeLessThanOrEqual(before + 1);
  });
});
