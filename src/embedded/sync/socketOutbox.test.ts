import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";

import { afterEach, beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { WebSocket, WebSocketServer } from "ws";

import { SocketOutbox } from "./socketOutbox.ts";

let http: Server;
let server: WebSocketServer;
let port: number;

beforeEach(async () => {
  http = createServer();
  server = new WebSocketServer({ server: http });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  port = (http.address() as AddressInfo).port;
});
afterEach(() => {
  for (const socket of server.clients) socket.terminate();
  server.close();
  http.close();
});

type Accepted = { socket: WebSocket; stream: Socket };

function nextAccepted(): Promise<Accepted> {
  return new Promise((resolve) => {
    server.once("connection", (socket: WebSocket, { socket: stream }: IncomingMessage) => {
      resolve({ socket, stream });
    });
  });
}

/** An outbox with a clock that the test turns, and what its client receives. */
async function outboxWithClient() {
  const accepted = nextAccepted();
  const client = new WebSocket(`ws://127.0.0.1:${port}`);
  const opened = once(client, "open");
  const received: string[] = [];
  client.on("message", (data: Buffer) => received.push(data.toString()));
  const clock = { now: 0 };
  const { socket, stream } = await accepted;
  const outbox = new SocketOutbox(socket, stream, () => clock.now);
  onTestFinished(() => client.terminate());
  await opened;
  return { outbox, clock, received, client, stream };
}

it("[EC14] an idle socket gets a Ping after fifteen seconds, a busy one none", async () => {
  const { outbox, clock, received } = await outboxWithClient();
  clock.now = 14_999;
  outbox.keepAlive();
  outbox.send("something");
  clock.now = 20_000;
  outbox.keepAlive();
  clock.now = 29_999;
  outbox.keepAlive();
  await vi.waitFor(() => expect(received).toEqual(["something", '{"type":"Ping"}']));
});

it("[SP1] an answer that a Transition follows leaves with it, in order, and alone if asked to", async () => {
  const { outbox, received, stream } = await outboxWithClient();
  outbox.sendWithNext("answer");
  expect(stream.writableCorked).toBe(1);
  outbox.sendTransition(["transition"]);
  expect(stream.writableCorked).toBe(0);
  outbox.sendWithNext("lonely");
  outbox.sendWithNext("lonely too");
  outbox.release();
  expect(stream.writableCorked).toBe(0);
  outbox.sendWithNext("last");
  outbox.close();
  const all = ["answer", "transition", "lonely", "lonely too", "last"];
  await vi.waitFor(() => expect(received).toEqual(all));
});

it("[SP1] an answer to a peer that has much to read holds up nothing", async () => {
  const { outbox, stream } = await outboxWithClient();
  outbox.sendTransition(["x".repeat(16_000_000)]);
  outbox.sendWithNext("answer");
  expect(stream.writableCorked).toBe(0);
});

it("a peer that is silent for two minutes is dropped", async () => {
  const { outbox, clock, client } = await outboxWithClient();
  const closed = new Promise((resolve) => client.on("close", resolve));
  clock.now = 100_000;
  outbox.heard();
  clock.now = 219_000;
  outbox.keepAlive();
  expect(outbox.isOpen).toBe(true);
  clock.now = 220_001;
  outbox.keepAlive();
  await closed;
});

it("a peer that does not read gets four transitions and then the newest state when it reads again", async () => {
  const peer = connect(port, "127.0.0.1");
  onTestFinished(() => void peer.destroy());
  const accepted = nextAccepted();
  peer.write(
    "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
  );
  const { socket, stream } = await accepted;
  const outbox = new SocketOutbox(socket, stream, Date.now);
  const megabytes = "x".repeat(4_000_000);
  let sent = 0;
  while (!outbox.isBusy) {
    outbox.sendTransition([megabytes]);
    sent += 1;
    expect(sent).toBeLessThan(10);
  }
  let isDrained = false;
  outbox.whenDrained(() => (isDrained = true));
  expect(isDrained).toBe(false);
  peer.resume();
  await vi.waitFor(() => expect(isDrained).toBe(true));
  expect(outbox.isBusy).toBe(false);
});

it("a peer that asks and asks and never reads is cut off before it fills the memory", async () => {
  const peer = connect(port, "127.0.0.1");
  onTestFinished(() => void peer.destroy());
  const accepted = nextAccepted();
  peer.write(
    "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
  );
  const { socket, stream } = await accepted;
  const outbox = new SocketOutbox(socket, stream, Date.now);
  const megabytes = "x".repeat(16_000_000);
  let sent = 0;
  for (; outbox.isOpen && sent < 20; sent++) outbox.send(megabytes);
  expect(sent).toBeLessThan(12);
});

it("a close reason is cut to what a control frame holds", async () => {
  const { outbox, client } = await outboxWithClient();
  const closed = new Promise<string>((resolve) => {
    client.on("close", (_, reason) => resolve(reason.toString()));
  });
  outbox.close(1011, `InternalServerError: ${"é".repeat(200)}`);
  expect(await closed).toMatch(/^InternalServerError: é+$/);
});
