import { brotliCompressSync, constants } from "node:zlib";

import { describe, expect, it, vi } from "vitest";

import { api } from "../fixtures/convex-projects/conformance/convex/_generated/api.js";
import { httpClient } from "../support/convexEngine.ts";
import { expectUnharmed } from "../support/expectUnharmed.ts";
import { useTestEngine } from "../support/useTestEngine.ts";
import { connectRaw, upgradeRequest } from "../support/rawConnection.ts";

describe("an engine that is sent nonsense over HTTP", () => {
  const used = useTestEngine();

  const post = (path: string, body: RequestInit["body"], headers: Record<string, string> = {}) =>
    fetch(`${used.engine.url}${path}`, {
      method: "POST",
      body,
      headers,
      duplex: "half",
    } as RequestInit);

  it.each([
    ["no JSON", "{", 400],
    ["nothing", "", 400],
    ["another shape", '{"path":5}', 400],
    ["a path of 2,000 characters", JSON.stringify({ path: "x".repeat(2_000), args: {} }), 400],
    ["a format nobody knows", '{"path":"values:echo","args":{},"format":"xml"}', 400],
    ["bytes that are no UTF-8", Buffer.from([0xff, 0xfe, 0x00]), 400],
    ["more than 32 MiB", "x".repeat(33 * 1024 * 1024), 413],
  ])("[HO5] a body of %s is refused", async (_, body, status) => {
    expect((await post("/api/query", body)).status).toBe(status);
    await expectUnharmed(used.engine);
  });

  it("[HO5] a body without a length is cut off when it is too long", async () => {
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 1_000_000;
        controller.enqueue(new Uint8Array(1_000_000));
      },
    });
    const answer = await post("/api/query", endless).then(
      ({ status }) => status,
      () => "cut off",
    );
    expect([413, "cut off"]).toContain(answer);
    expect(sent).toBeLessThan(100_000_000);
    await expectUnharmed(used.engine);
  });

  it("[HO5] a Brotli bomb from somebody without the key is refused, however often it comes", async () => {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 0 };
    const bomb = brotliCompressSync(Buffer.alloc(40 * 1024 * 1024, " "), { params });
    const answers = await Promise.all(
      Array.from({ length: 2 }, () =>
        post("/api/deploy2/start_push", new Uint8Array(bomb), { "content-encoding": "br" }),
      ),
    );
    for (const { status } of answers) expect([400, 403]).toContain(status);
    await expectUnharmed(used.engine);
  });

  it("[HO5] headers that are huge, many or malformed are refused before anybody reads them", async () => {
    for (const head of [
      `GET /version HTTP/1.1\r\nHost: x\r\nX: ${"y".repeat(100_000)}\r\n\r\n`,
      `GET /version HTTP/1.1\r\nHost: x\r\n${"X: y\r\n".repeat(20_000)}\r\n`,
      `GET /${"x".repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      "GET /version HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
      "POST /api/query HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
      "POST /api/query HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      "GET /version HTTP/9.9\r\n\r\n",
      "\u0000\u0001\u0002\r\n\r\n",
      `GET /api/1.48.0/sync HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX: ${"y".repeat(50_000)}\r\n\r\n`,
    ]) {
      const connection = await connectRaw(used.port);
      connection.socket.write(head);
      await connection.closed;
      expect(connection.received().toString()).toMatch(/^HTTP\/1.1 4\d\d/);
    }
    await expectUnharmed(used.engine);
  });

  it("[HO5] an upgrade that is none is refused", async () => {
    for (const headers of [
      { "Sec-WebSocket-Key": "short" },
      { "Sec-WebSocket-Version": "5" },
      { Upgrade: "h2c" },
    ] as Record<string, string>[]) {
      const connection = await connectRaw(used.port);
      connection.socket.write(upgradeRequest("/api/1.48.0/sync", used.port, headers));
      await vi.waitFor(() => expect(connection.received().toString()).toMatch(/^HTTP\/1.1 4\d\d/));
    }
    await expectUnharmed(used.engine);
  });

  it("[HO5] a body that breaks off is nobody's fault but the sender's", async () => {
    const uploadUrl = await httpClient(used.engine.url).mutation(api.files.uploadUrl, {});
    const { pathname, search } = new URL(uploadUrl);
    for (const path of [
      "/api/query",
      "/api/deploy2/start_push",
      `${pathname}${search}`,
      "/http/echo",
    ]) {
      const { socket } = await connectRaw(used.port);
      socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{`);
      await expectUnharmed(used.engine); // answered after the request above has begun
      socket.destroy();
    }
    await expectUnharmed(used.engine);
  });

  it("[HO5] hundreds of requests that never end keep nobody out", async () => {
    const slow = await Promise.all(Array.from({ length: 300 }, () => connectRaw(used.port)));
    slow.forEach(({ socket }, i) => {
      socket.write(
        i % 2 === 0
          ? "GET /version HTTP/1.1\r\nX-Slow"
          : 'POST /api/query HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n{"path":',
      );
    });
    await expectUnharmed(used.engine);
    for (const { socket } of slow) socket.destroy();
  });
});
