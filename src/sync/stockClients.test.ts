/** The stock provider, unmodified, in the situations that its users meet; long ones in test/companion. */
import { createServer, connect as dial, type AddressInfo, type Socket } from "node:net";
import { WebsocketProvider } from "y-websocket";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { WebSocket } from "ws";
import * as Y from "yjs";
import { connect, rect, startBoards } from "../../test/support/boardServer.ts";
import { createFakeClock } from "../../test/support/fakeClock.ts";
import { createMemoryBoardStore } from "../../test/support/memoryBoardStore.ts";
import { createMemoryVersionStore } from "../../test/support/memoryVersionStore.ts";
import { createMemorySocket, createPrincipal } from "../../test/support/memorySocket.ts";
import { silentLogger } from "../util/logger.ts";
import { createBoardRooms, SIGN_OF_LIFE_MS } from "./boardRooms.ts";

/** A line that breaks whenever `bytes` have come down it. */
async function startBreakingLine(targetUrl: string, bytes: number): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = dial(Number(new URL(targetUrl).port), "127.0.0.1");
    let left = bytes;
    client.pipe(upstream);
    upstream.on("data", (data: Buffer) => {
      if (left <= 0) return;
      client.write(data.subarray(0, left));
      left -= data.byteLength;
      if (left <= 0) client.destroySoon();
    });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        client.destroy();
        upstream.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("a large board", () => {
  it("[WB15] arrives over a line that breaks long before it is through", async () => {
    const { server, rooms } = await startBoards();
    const text = "x".repeat(10_000);
    await rooms.draw("session", () =>
      Array.from({ length: 200 }, (_, i) => ({
        type: "add",
        object: rect(`o${i}`, { kind: "text", text }),
      })),
    );
    const line = await startBreakingLine(server.url, 600_000);
    const { objects, synced } = connect(line);
    await synced();
    expect(objects.size).toBe(200);
  });
});

describe("several tabs with a BroadcastChannel", () => {
  /** A tab whose own socket never opens; it hears of others only through the channel. */
  class NoSocket extends WebSocket {
    constructor() {
      super("ws://127.0.0.1:9");
    }
  }
  const polyfill = NoSocket as unknown as NonNullable<
    ConstructorParameters<typeof WebsocketProvider>[3]
  >["WebSocketPolyfill"] & {};

  it("[WB16] what a tab drew while offline arrives with what another tab built on it", async () => {
    const { server } = await startBoards();
    const bob = connect(server.url, "bob");
    const online = connect(server.url, "ada", new Y.Doc(), { disableBc: false });
    await Promise.all([bob.synced(), online.synced()]);
    const offline = connect(server.url, "ada", new Y.Doc(), {
      disableBc: false,
      WebSocketPolyfill: polyfill,
    });
    offline.objects.set("drawn", rect("drawn"));
    await expect.poll(() => online.objects.has("drawn")).toBe(true);
    online.objects.set("drawn", rect("drawn", { x: 99 }));
    online.objects.set("next", rect("next"));
    await expect.poll(() => bob.objects.get("drawn")?.x).toBe(99);
    expect(bob.objects.has("next")).toBe(true);
  });

  it("[WB6] closing one tab leaves the others present", async () => {
    const { server } = await startBoards();
    const bob = connect(server.url, "bob");
    const tabs = [0, 1, 2].map(() => connect(server.url, "ada", new Y.Doc(), { disableBc: false }));
    await Promise.all([bob, ...tabs].map(({ synced }) => synced()));
    for (const [n, { provider }] of tabs.entries()) {
      provider.awareness.setLocalStateField("tab", n);
    }
    const seen = () =>
      [...bob.provider.awareness.getStates().values()].flatMap((state) =>
        state["tab"] === undefined ? [] : [state["tab"] as number],
      );
    await expect.poll(() => seen().sort()).toEqual([0, 1, 2]);
    tabs[0]!.provider.destroy();
    await expect.poll(() => seen().sort()).toEqual([1, 2]);
  });

  it("[WB1] tabs that were offline together and apart end up with one board", async () => {
    const { server, rooms } = await startBoards();
    const tabs = [0, 1].map(() => connect(server.url, "ada", new Y.Doc(), { disableBc: false }));
    await Promise.all(tabs.map(({ synced }) => synced()));
    for (const { provider } of tabs) provider.disconnect();
    for (const [n, { objects }] of tabs.entries()) {
      objects.set(`tab${n}`, rect(`tab${n}`));
      objects.set("both", rect("both", { x: n }));
    }
    for (const { provider } of tabs) provider.connect();
    await expect
      .poll(async () => [...(await rooms.view("session")).objects.keys()].sort())
      .toEqual(["both", "tab0", "tab1"]);
    await expect.poll(() => tabs[0]!.objects.toJSON()).toEqual(tabs[1]!.objects.toJSON());
  });
});

describe("other editors' root types", () => {
  it("[WB17] are relayed and saved untouched for those who may edit, not for observers", async () => {
    vi.spyOn(console, "warn").mockReturnValue(undefined);
    const { server, rooms, store, people } = await startBoards();
    people.set("olga", createPrincipal({ userId: "olga", role: "observer" }));
    const [ada, bob, olga] = ["ada", "bob", "olga"].map((name) => connect(server.url, name));
    await Promise.all([ada!, bob!, olga!].map(({ synced }) => synced()));
    ada!.doc.getText("notes").insert(0, "One half");
    ada!.doc.getText("notes").format(0, 3, { bold: true });
    ada!.doc.getArray("list").push([1, new Y.Map([["nested", true]])]);
    ada!.doc.getXmlFragment("prose").insert(0, [new Y.XmlElement("p")]);
    olga!.doc.getText("notes").insert(0, "observed");
    const rootsOf = ({ doc }: { doc: Y.Doc }) => ({
      notes: doc.getText("notes").toDelta() as unknown,
      list: doc.getArray("list").toJSON(),
      prose: doc.getXmlFragment("prose").toJSON(),
    });
    const expected = {
      notes: [{ insert: "One", attributes: { bold: true } }, { insert: " half" }],
      list: [1, { nested: true }],
      prose: "<p></p>",
    };
    await expect.poll(() => rootsOf(bob!)).toEqual(expected);
    bob!.doc.getText("notes").delete(0, 4);
    await expect.poll(() => ada!.doc.getText("notes").length).toBe(4);
    for (const { provider } of [ada!, bob!, olga!]) provider.destroy();
    await rooms.drain();
    const restarted = await startBoards(store);
    const eve = connect(restarted.server.url, "eve");
    await eve.synced();
    expect(rootsOf(eve)).toEqual({ ...expected, notes: [{ insert: "half" }] });
  });
});

describe("signs of life", () => {
  it("[WB18] every client hears something every 10 s, whether it has a presence or not", async () => {
    const clock = createFakeClock();
    const rooms = createBoardRooms({
      store: createMemoryBoardStore(),
      versionStore: createMemoryVersionStore(),
      sealKey: new Uint8Array(32),
      clock,
      logger: silentLogger,
      soon: (task) => void clock.after(0, task),
    });
    const sockets = [createMemorySocket(), createMemorySocket()];
    for (const socket of sockets) rooms.openBoardSocket(socket, createPrincipal());
    await clock.advance(100);
    for (const socket of sockets) socket.sent.length = 0;
    await clock.advance(10 * SIGN_OF_LIFE_MS);
    for (const { sent } of sockets) expect(sent).toEqual(Array(10).fill(Uint8Array.of(1, 1, 0)));
    await rooms.drain();
  });

  it("[WB18] a client without a presence takes part, and nobody sees it", async () => {
    const { server } = await startBoards();
    const [ada, bob] = [connect(server.url, "ada"), connect(server.url, "bob")];
    ada.provider.awareness.setLocalState(null);
    await Promise.all([ada.synced(), bob.synced()]);
    ada.objects.set("a", rect("a"));
    await expect.poll(() => bob.objects.has("a")).toBe(true);
    expect(bob.provider.awareness.getStates().has(ada.doc.clientID)).toBe(false);
  });
});
