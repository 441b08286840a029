/** What becomes of a board whose document Yjs could not bring to the end of a transaction. */
import { once } from "node:events";
import { expect, it, onTestFinished, vi } from "vitest";
import { WebSocket } from "ws";
import * as Y from "yjs";
import { connect, rect, startBoards } from "../../test/support/boardServer.ts";
import { createFakeClock } from "../../test/support/fakeClock.ts";
import { valueOf } from "../../test/support/hostileUpdates.ts";
import {
  createMemoryBoardStore,
  type MemoryBoardStore,
} from "../../test/support/memoryBoardStore.ts";
import { createMemorySocket, createPrincipal } from "../../test/support/memorySocket.ts";
import { createMemoryVersionStore } from "../../test/support/memoryVersionStore.ts";
import { encodeUpdateMessage } from "../protocol/boardMessages.ts";
import { silentLogger } from "../util/logger.ts";
import { createBoardRooms } from "./boardRooms.ts";

const SECRET = "what somebody wrote";

/** From now on Yjs fails in its tidying up whenever one of these keys has changed. */
function breakAt(...keys: string[]): void {
  type Call = (this: Y.Map<unknown>, transaction: Y.Transaction, keys: Set<string | null>) => void;
  const { _callObserver: call } = Y.Map.prototype as unknown as { _callObserver: Call };
  const spy = vi.spyOn(Y.Map.prototype, "_callObserver");
  spy.mockImplementation(function (this: Y.Map<unknown>, transaction, changed) {
    if (keys.some((key) => changed.has(key))) throw new Error(SECRET);
    call.call(this, transaction, changed);
  });
  onTestFinished(() => spy.mockRestore());
}

async function openRaw(url: string, as: string) {
  const ws = new WebSocket(`${url}/ws/board/session?as=${as}`, ["lectern.v1"]);
  onTestFinished(() => ws.terminate());
  const closed = once(ws, "close").then(([code]) => code as number);
  await once(ws, "open");
  return { ws, closed };
}

/** All that the store has ever been given. */
const storedBytes = ({ boards }: MemoryBoardStore) =>
  Buffer.concat([...boards.values()].flatMap(({ rows }) => rows.map(({ bytes }) => bytes)));

it("[WB26] a board that breaks is loaded anew, and its people come back to it", async () => {
  const error = vi.fn();
  const { server, rooms, store } = await startBoards(undefined, {
    logger: { ...silentLogger, error },
  });
  const [ada, bob] = [connect(server.url, "ada"), connect(server.url, "bob")];
  await Promise.all([ada.synced(), bob.synced()]);
  ada.objects.set("before", rect("before"));
  await expect.poll(() => bob.objects.has("before")).toBe(true);
  const codes: number[] = [];
  for (const { provider } of [ada, bob]) {
    provider.on("connection-close", (event) => codes.push(event?.code ?? 0));
  }
  breakAt("poison");
  const eve = await openRaw(server.url, "eve");
  eve.ws.send(encodeUpdateMessage(valueOf(7, "poison", rect("poison"))));
  expect(await eve.closed).toBe(4400);
  await expect.poll(() => codes).toEqual([4503, 4503]);
  await Promise.all([ada.synced(), bob.synced()]);
  ada.objects.set("after", rect("after"));
  await expect.poll(() => [...bob.objects.keys()]).toEqual(["before", "after"]);
  await expect.poll(() => rooms.stats().oldestUnsavedMs).toBe(0);
  expect(storedBytes(store).includes("poison")).toBe(false);
  expect(rooms.stats()).toMatchObject({ rooms: 1, connections: 2 });
  expect(error).toHaveBeenCalledOnce();
  expect(JSON.stringify(error.mock.calls)).not.toContain(SECRET);
});

function setUp() {
  const clock = createFakeClock();
  const store = createMemoryBoardStore();
  const rooms = createBoardRooms({
    store,
    versionStore: createMemoryVersionStore(),
    sealKey: new Uint8Array(32),
    clock,
    logger: silentLogger,
    soon: (task) => void clock.after(0, task),
  });
  const join = async (userId: string) => {
    const socket = createMemorySocket();
    rooms.openBoardSocket(socket, createPrincipal({ userId }));
    await clock.advance(0);
    return socket;
  };
  return { clock, store, rooms, join };
}

it("[WB26] of several whose edits came together nobody is sent away for good", async () => {
  const { clock, rooms, join } = setUp();
  const [ada, eve] = [await join("ada"), await join("eve")];
  breakAt("poison");
  ada.receive(encodeUpdateMessage(valueOf(6, "mine", rect("mine"))));
  eve.receive(encodeUpdateMessage(valueOf(7, "poison", rect("poison"))));
  await clock.advance(0);
  expect([ada.closedWith, eve.closedWith]).toEqual([4503, 4503]);
  const [adaAgain, eveAgain] = [await join("ada"), await join("eve")];
  adaAgain.receive(encodeUpdateMessage(valueOf(6, "mine", rect("mine"))));
  await clock.advance(20);
  eveAgain.receive(encodeUpdateMessage(valueOf(7, "poison", rect("poison"))));
  await clock.advance(20);
  expect([adaAgain.closedWith, eveAgain.closedWith]).toEqual([4503, 4400]);
  expect((await rooms.view("session")).objects.size).toBe(0); // nobody brings it, nothing was saved
});

it("[WB26] a drawing of the tutor's that breaks the board fails, and the next one is on a new one", async () => {
  const { rooms, join } = setUp();
  const ada = await join("ada");
  breakAt("poison");
  const add = (id: string) => rooms.draw("session", () => [{ type: "add", object: rect(id) }]);
  await expect(add("poison")).rejects.toMatchObject({ data: { code: "INTERRUPTED" } });
  expect(ada.closedWith).toBe(4503);
  await add("fine");
  expect([...(await rooms.view("session")).objects.keys()]).toEqual(["fine"]);
});

it("[WB26] a mark whose end breaks the board, and a drain meanwhile, end nothing else", async () => {
  const { clock, store, rooms, join } = setUp();
  const mark = rect("mark", { kind: "pointer_ping", metadata: { expiresAt: clock.now() + 1_000 } });
  const ada = await join("ada");
  const doc = new Y.Doc();
  doc.getMap("ephemeral").set("mark", mark);
  ada.receive(encodeUpdateMessage(Y.encodeStateAsUpdate(doc)));
  await clock.advance(900);
  const saved = storedBytes(store);
  breakAt("mark");
  await clock.advance(1_000);
  expect(ada.closedWith).toBe(4503);
  expect(storedBytes(store)).toEqual(saved);
  expect(rooms.stats().rooms).toBe(0);
  await rooms.drain();
  expect(clock.pending()).toBe(0);
});
