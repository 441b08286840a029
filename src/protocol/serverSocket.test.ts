import { expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { startSocketServer } from "../../test/support/socketServer.ts";
import type { GatewaySocket } from "./gatewaySocket.ts";
import { MAX_QUEUED_MESSAGES } from "./serverSocket.ts";

async function connect(options: { maxPayload?: number } = {}) {
  const accepted = Promise.withResolvers<GatewaySocket>();
  const server = await startSocketServer(accepted.resolve, options);
  const client = new WebSocket(server.url, ["lectern.v1"]);
  client.on("error", () => undefined);
  onTestFinished(() => client.terminate());
  const closed = new Promise<number>((resolve) => client.on("close", resolve));
  await new Promise((resolve) => client.on("open", resolve));
  return { client, closed, socket: await accepted.promise };
}

it("[PR1] keeps what arrives before a room listens, in order", async () => {
  const { client, socket } = await connect();
  for (let i = 0; i < 20; i++) client.send(i % 2 === 0 ? `${i}` : Uint8Array.of(i));
  await new Promise((resolve) => setTimeout(resolve, 30));
  const heard: (string | number | undefined)[] = [];
  socket.onMessage({
    receive: (data) => heard.push(typeof data === "string" ? data : data[0]),
  });
  client.send("last");
  await expect.poll(() => heard.at(-1)).toBe("last");
  expect(heard.slice(0, 20)).toEqual(
    Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? `${i}` : i)),
  );
});

it("[PR2] a client that floods before it is known is closed 1013", async () => {
  const { client, closed } = await connect();
  for (let i = 0; i <= MAX_QUEUED_MESSAGES; i++) client.send("x");
  expect(await closed).toBe(1013);
});

it("[PR2] a frame header that announces 150 MB costs nothing but the connection", async () => {
  const { client, closed } = await connect({ maxPayload: 1024 * 1024 });
  const raw = (client as unknown as { _socket: { write(bytes: Uint8Array): void } })._socket;
  const before = process.memoryUsage().rss;
  raw.write(Uint8Array.of(0x82, 0xff, 0, 0, 0, 0, 0x09, 0x60, 0, 0, 1, 2, 3, 4));
  expect(await closed).toBe(1009);
  expect(process.memoryUsage().rss - before).toBeLessThan(50 * 1024 * 1024);
});

it("[PR1] large messages arrive whole, though they leave in pieces", async () => {
  const { client, socket } = await connect();
  const sent = new Uint8Array(3 * 1024 * 1024).map((_, i) => i % 251);
  const received = new Promise<Buffer>((resolve) => client.on("message", resolve));
  socket.send(sent);
  expect(Buffer.compare(await received, Buffer.from(sent))).toBe(0);
});

it("[PR1] messages of all sizes arrive whole and in order, with text and to several between them", async () => {
  const one = await connect();
  const other = await connect();
  const sizes = [0, 1, 125, 126, 127, 16_383, 16_384, 16_385, 65_535, 65_536, 3];
  const sent = sizes.map((size) => new Uint8Array(size).map((_, i) => (i + size) % 251));
  const received = [one, other].map(({ client }) => {
    const messages: Buffer[] = [];
    client.on("message", (data: Buffer) => messages.push(data));
    return messages;
  });
  for (const data of sent) {
    for (const { socket } of [one, other]) socket.send(data);
    one.socket.send("text");
  }
  const [withText, without] = received;
  await expect.poll(() => [withText?.length, without?.length]).toEqual([22, 11]);
  const expected = sent.map((data) => Buffer.from(data));
  expect(without).toEqual(expected);
  expect(withText).toEqual(expected.flatMap((data) => [data, Buffer.from("text")]));
});

it("[PR1] messages that leave together arrive as they would one by one", async () => {
  const { client, socket } = await connect();
  const sizes = [3, 16_385, 128 * 1024, 1, 300 * 1024, 65_536];
  const sent = sizes.map((size) => new Uint8Array(size).map((_, i) => (i + size) % 251));
  const received: Buffer[] = [];
  client.on("message", (data: Buffer) => received.push(data));
  socket.sendAll(sent);
  socket.send("text");
  await expect.poll(() => received.length).toBe(7);
  expect(received.slice(0, 6)).toEqual(sent.map((data) => Buffer.from(data)));
});

it("[PR3] tells who listens too late that it has closed", async () => {
  const { client, closed, socket } = await connect();
  client.close(1000);
  await closed;
  await expect.poll(() => new Promise((closed) => socket.onClose({ closed }))).toBe(1000);
});

it("[PR6] answers a ping with what it carried, unless too much waits for the one who asks", async () => {
  const { client, socket } = await connect();
  const pongs: string[] = [];
  client.on("pong", (data: Buffer) => pongs.push(data.toString()));
  client.ping("are you there?");
  await expect.poll(() => pongs).toEqual(["are you there?"]);
  client.pause();
  const large = new Uint8Array(16 * 1024 * 1024); // more than the kernel takes
  socket.send(large);
  const waiting = socket.bufferedBytes();
  let told = false;
  for (let i = 0; i < 1_000; i++) client.ping("again");
  client.ping("last", true, () => (told = true));
  await expect.poll(() => told).toBe(true);
  client.send("all of it has been read");
  await new Promise<void>((read) => socket.onMessage({ receive: () => read() }));
  expect(socket.bufferedBytes()).toBeLessThanOrEqual(waiting);
});
