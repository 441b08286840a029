import { createServer, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";

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

/** An outbox with a clock that the test turns, and what its client receives. */
async function outboxWithClient() {
  const accepted = new Promise<WebSocket>((resolve) => server.once("connection", resolve));
  const client = new WebSocket(`ws://127.0.0.1:${port}`);
  const received: string[] = [];
  client.on("message", (data: Buffer) => received.push(data.toString()));
  const clock = { now: 0 };
  const outbox = new SocketOutbox(await accepted, () => clock.now);
  onTestFinished(() => client.terminate());
  return { outbox, clock, received, client };
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
  const accepted = new Promise<WebSocket>((resolve) => server.once("connection", resolve));
  peer.write(
    "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
  );
  const outbox = new SocketOutbox(await accepted, Date.now);
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
  const accepted = new Promise<WebSocket>((resolve) => server.once("connection", resolve));
  peer.write(
    "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
  );
  const outbox = new SocketOutbox(await accepted, Date.now);
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
