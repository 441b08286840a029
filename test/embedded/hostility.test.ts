import { connect } from "node:net";

import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";

import { api } from "../fixtures/convex-projects/conformance/convex/_generated/api.js";
import { httpClient, startTestEngine, type TestEngine } from "../support/convexEngine.ts";

describe("an engine among hostile and clumsy clients", () => {
  let engine: TestEngine;

  beforeAll(async () => {
    engine = await startTestEngine();
  });
  afterAll(() => engine.close());

  const syncUrl = () => `${engine.url.replace("http", "ws")}/api/1.48.0/sync`;

  async function openSocket(): Promise<WebSocket> {
    const socket = new WebSocket(syncUrl());
    onTestFinished(() => socket.terminate());
    socket.on("error", () => undefined);
    await new Promise<void>((resolve) => socket.on("open", resolve));
    return socket;
  }

  function say(socket: WebSocket, ...messages: object[]): void {
    for (const message of messages) socket.send(JSON.stringify(message));
  }

  const hello = () => ({ type: "Connect", sessionId: crypto.randomUUID(), connectionCount: 0 });
  const watch = (queryId: number, room: string) => ({
    ...{ type: "Add", queryId, udfPath: "messages:list", args: [{ room }] },
  });

  async function expectCalm(): Promise<void> {
    await expect
      .poll(async () => {
        const { sockets, subscriptions, liveQueries } = await engine.stats();
        return { sockets, subscriptions, liveQueries };
      })
      .toEqual({ sockets: 0, subscriptions: 0, liveQueries: 0 });
    expect(await httpClient(engine.url).query(api.messages.count, {})).toEqual(expect.any(Number));
    expect(engine.events.filter(({ type }) => type !== "function")).toEqual([]);
  }

  it("a thousand sockets that subscribe and vanish leave nothing behind", async () => {
    for (let batch = 0; batch < 10; batch++) {
      const sockets = await Promise.all(Array.from({ length: 100 }, openSocket));
      for (const [i, socket] of sockets.entries()) {
        const modifications = [watch(0, "shared"), watch(1, `own ${i}`)];
        say(socket, hello(), {
          type: "ModifyQuerySet",
          baseVersion: 0,
          newVersion: 1,
          modifications,
        });
      }
      await new Promise((resolve) => sockets[99]!.once("message", resolve));
      for (const socket of sockets) socket.terminate();
    }
    await expectCalm();
  });

  it("a peer that asks for huge answers and reads none of them is cut off", async () => {
    const socket = await openSocket();
    socket.pause();
    say(socket, hello());
    const args = [{ megabytes: 12 }];
    for (let requestId = 0; requestId < 20; requestId++) {
      say(socket, { type: "Action", requestId, udfPath: "values:largeFromAction", args });
    }
    await expect.poll(async () => (await engine.stats()).sockets).toBe(0);
    await expectCalm();
  });

  it("bytes that are no HTTP, and requests that are never finished, hurt nobody", async () => {
    const { port } = new URL(engine.url);
    for (const bytes of [
      "\u0000\u0001\u0002",
      "GET / HTTP/1.1\r\n",
      "POST /api/query HTTP/1.1\r\nContent-Length: 99\r\n\r\n{",
    ]) {
      const socket = connect(Number(port), "127.0.0.1");
      onTestFinished(() => void socket.destroy());
      socket.on("error", () => undefined);
      socket.write(bytes);
    }
    await expectCalm();
  });

  it("a query set with more queries than any page has is refused", async () => {
    const socket = await openSocket();
    const closed = new Promise((resolve) => socket.on("close", resolve));
    const received = new Promise<string>((resolve) => {
      socket.on("message", (data: Buffer) => resolve(data.toString()));
    });
    const modifications = Array.from({ length: 10_001 }, (_, i) => watch(i, String(i)));
    say(socket, hello(), { type: "ModifyQuerySet", baseVersion: 0, newVersion: 1, modifications });
    expect(await received).toContain("TooManyQueries");
    await closed;
    await expectCalm();
  });
});
