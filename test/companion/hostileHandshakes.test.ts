import { expect, it, vi } from "vitest";
import { MAX_FRAME_BYTES } from "../../src/gateway/sockets/socketLimits.ts";
import { MAX_HEADER_BYTES } from "../../src/gateway/http/requestLimits.ts";
import { connectRaw, frameHeader, upgradeRequest } from "../support/rawConnection.ts";
import { MEMBER, startTestGateway } from "../support/testGateway.ts";

const MIB = 1024 * 1024;

/** An upgraded raw connection of somebody who is welcome, or of nobody. */
async function upgraded(kind: "tutor" | "board", options: { isWelcome: boolean }) {
  const gateway = await startTestGateway();
  const { token, userId } = await gateway.guest();
  if (options.isWelcome) gateway.allow("s1", userId, MEMBER);
  const raw = await connectRaw(gateway.port);
  const offered = options.isWelcome ? `lectern.v1, bearer.${token}` : "lectern.v1";
  const headers = { "Sec-WebSocket-Protocol": offered };
  raw.socket.write(upgradeRequest(`/ws/${kind}/s1`, gateway.port, headers));
  await vi.waitFor(() => expect(raw.received().toString("latin1")).toContain("101"));
  return { gateway, raw };
}

it("[GW1] a client that drips its headers is cut off", async () => {
  const gateway = await startTestGateway();
  const raw = await connectRaw(gateway.port);
  raw.socket.write("GET /ws/board/s1 HTTP/1.1\r\nHost: x\r\n");
  const drip = setInterval(() => raw.socket.write("X-Drip: 1\r\n"), 500);
  raw.socket.once("close", () => clearInterval(drip));
  await vi.waitFor(() => expect(raw.isClosed()).toBe(true));
  expect(gateway.gateway.stats().connections).toBe(0);
});

it("[GW1] a client that says nothing at all is cut off", async () => {
  const gateway = await startTestGateway();
  const raw = await connectRaw(gateway.port);
  await vi.waitFor(() => expect(raw.isClosed()).toBe(true));
  expect(gateway.gateway.stats().connections).toBe(0);
});

it("[GW1] huge headers are refused before they are all there", async () => {
  const gateway = await startTestGateway();
  const raw = await connectRaw(gateway.port);
  raw.socket.write(`GET / HTTP/1.1\r\nHost: x\r\nX-Huge: ${"x".repeat(MAX_HEADER_BYTES + 1)}`);
  await raw.closed;
  expect(raw.received().toString()).toMatch(/^HTTP\/1\.1 431/);
});

it.each(["tutor", "board"] as const)(
  "[GW11] a %s frame header that announces 150 MB costs nothing and closes the socket",
  async (kind) => {
    const { gateway, raw } = await upgraded(kind, { isWelcome: true });
    const before = process.memoryUsage().rss;
    raw.socket.write(frameHeader(2, 150 * MIB));
    await raw.closed;
    expect(process.memoryUsage().rss - before).toBeLessThan(20 * MIB);
    await vi.waitFor(() => expect(gateway.gateway.stats().sockets).toBe(0));
  },
);

it("[GW10] whoever is not let in may not even send what a member may", async () => {
  const { gateway, raw } = await upgraded("board", { isWelcome: false });
  raw.socket.write(frameHeader(2, MAX_FRAME_BYTES.board - 1));
  await raw.closed; // its close frame is never answered: the time-out of the close handshake ends it
  await vi.waitFor(() => expect(gateway.gateway.stats().sockets).toBe(0));
});

it("[GW11] a message in endless fragments is cut off at the frame limit", async () => {
  const { gateway, raw } = await upgraded("tutor", { isWelcome: true });
  const piece = Buffer.concat([frameHeader(0, 16 * 1024), Buffer.alloc(16 * 1024)]);
  piece[0] = 0; // a continuation that is never the last
  const first = Buffer.from(piece);
  first[0] = 1;
  raw.socket.write(first);
  for (let i = 0; i < 8; i++) raw.socket.write(piece);
  await raw.closed;
  await vi.waitFor(() => expect(gateway.gateway.stats().sockets).toBe(0));
});

it.each([
  ["an unmasked frame", Buffer.from([0x81, 0x01, 0x41])],
  ["a reserved opcode", Buffer.from([0x83, 0x80, 0, 0, 0, 0])],
  ["reserved bits", Buffer.from([0xf1, 0x80, 0, 0, 0, 0])],
  ["text that is not UTF-8", Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0xff])],
  ["a ping of 126 bytes", Buffer.from([0x89, 0xfe, 0, 126, 0, 0, 0, 0])],
])("[GW11] %s closes the socket and hurts nobody else", async (_what, frame) => {
  const { gateway, raw } = await upgraded("board", { isWelcome: true });
  raw.socket.write(frame);
  await raw.closed;
  await vi.waitFor(() => expect(gateway.gateway.stats().sockets).toBe(0));
  expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
});

it.each([
  ["/ws/board/", 404],
  ["/ws/board/../../etc", 404],
  [`/ws/board/${"x".repeat(65)}`, 404],
  ["/ws/chat/s1", 404],
  ["/healthz", 404],
])("[GW9] an upgrade of %s is answered %i and closed", async (path, status) => {
  const gateway = await startTestGateway();
  const raw = await connectRaw(gateway.port);
  raw.socket.write(upgradeRequest(path, gateway.port));
  await raw.closed;
  expect(raw.received().toString()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
});

it.each([
  ["no key", { "Sec-WebSocket-Key": "" }],
  ["an old version", { "Sec-WebSocket-Version": "7" }],
  ["another protocol", { Upgrade: "h2c" }],
  ["broken subprotocols", { "Sec-WebSocket-Protocol": "a,,b," }],
])("[GW10] a handshake with %s is refused and leaves nothing", async (_what, headers) => {
  const gateway = await startTestGateway();
  const raw = await connectRaw(gateway.port);
  raw.socket.write(upgradeRequest("/ws/board/s1", gateway.port, headers));
  await raw.closed;
  expect(raw.received().toString()).toMatch(/^HTTP\/1\.1 4\d\d /);
  await vi.waitFor(() => expect(gateway.gateway.stats()).toMatchObject({ sockets: 0, counted: 0 }));
});

it("[GW10] connections that reset in the middle of the handshake leave nothing", async () => {
  const gateway = await startTestGateway();
  const { token } = await gateway.guest();
  const headers = { "Sec-WebSocket-Protocol": `lectern.v1, bearer.${token}` };
  for (let i = 0; i < 50; i++) {
    const raw = await connectRaw(gateway.port);
    raw.socket.write(upgradeRequest("/ws/board/s1", gateway.port, headers));
    raw.socket.resetAndDestroy();
  }
  await vi.waitFor(() => expect(gateway.gateway.stats()).toMatchObject({ sockets: 0, counted: 0 }));
  expect(gateway.watching()).toBe(0);
});
