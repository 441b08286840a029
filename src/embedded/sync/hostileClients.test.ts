import { connect } from "node:net";

import { anyApi } from "convex/server";
import fc from "fast-check";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { WebSocket } from "ws";

import { reactiveClient } from "../../../test/support/convexEngine.ts";
import type { FakeFunctions } from "../../../test/support/fakeFunctions.ts";
import { startFakeSyncEngine } from "../../../test/support/fakeSyncEngine.ts";
import { hello, openSyncSocket } from "../../../test/support/syncSocket.ts";
import type { LiveQueries } from "./liveQueries.ts";
import { MemoryBudget } from "./memoryBudget.ts";
import type { SyncServer } from "./syncServer.ts";

const SESSION = "8a6c3f0e-4b5f-4a43-9d5e-0d6f0f6a7b11";

describe("hostile clients on the sync socket", () => {
  let functions: FakeFunctions;
  let live: LiveQueries;
  let sync: SyncServer;
  let address: string;
  let errors: readonly unknown[];

  beforeEach(async () => {
    ({ functions, live, sync, address, errors } = await startFakeSyncEngine({
      budget: MemoryBudget.ofEngine({ socketChars: 1_000_000, engineChars: 2_000_000 }),
    }));
    functions.mutations["a:set"] = ({ write }, args) => {
      write("x", (args as { to: number }).to);
      return "set";
    };
  });

  async function expectStillServing(): Promise<void> {
    expect(await reactiveClient(address).mutation(anyApi["a"]!["set"]!, { to: 1 })).toBe("set");
    expect(errors).toEqual([]);
  }

  it.each([
    ["no JSON", "{"],
    ["a bare value", "7"],
    ["an unknown type", '{"type":"Nonsense"}'],
    ["a mutation before Connect", '{"type":"Mutation","requestId":0,"udfPath":"a","args":[]}'],
    ["a session that is no UUID", '{"type":"Connect","sessionId":"x","connectionCount":0}'],
    [
      "a component that is no text",
      `{"type":"Action","requestId":0,"udfPath":"a","args":[],"componentPath":7}`,
    ],
  ])("[CN3] %s ends in FatalError", async (_, frame) => {
    const { socket, received, closed } = await openSyncSocket(address);
    socket.send(frame);
    await closed;
    expect(received).toMatchObject([{ type: "FatalError" }]);
    await expectStillServing();
  });

  it.each([
    ["a wrong query set version", { type: "ModifyQuerySet", baseVersion: 3, newVersion: 4 }],
    ["a version that does not rise", { type: "ModifyQuerySet", baseVersion: 0, newVersion: 0 }],
    ["a wrong identity version", { type: "Authenticate", tokenType: "None", baseVersion: 1 }],
    ["a second Connect", { type: "Connect", sessionId: SESSION, connectionCount: 0 }],
  ])("[CN3] %s ends in FatalError", async (_, message) => {
    const { say, received, closed } = await openSyncSocket(address);
    say(hello());
    say({ modifications: [], ...message });
    await closed;
    expect(received).toMatchObject([{ type: "FatalError" }]);
    await expectStillServing();
  });

  it("[CN3] a binary frame ends in FatalError", async () => {
    const { socket, received, closed } = await openSyncSocket(address);
    socket.send(Buffer.from([0, 255, 1]));
    await closed;
    expect(received).toMatchObject([{ type: "FatalError" }]);
  });

  it("random messages never reach the engine's error log", async () => {
    const message = fc.oneof(
      fc.json(),
      fc.string(),
      fc
        .record({
          type: fc.constantFrom("Connect", "Mutation", "ModifyQuerySet", "Authenticate", "Event"),
          sessionId: fc.constantFrom(SESSION, "", 5),
          requestId: fc.oneof(fc.nat(), fc.double(), fc.string()),
          udfPath: fc.string(),
          args: fc.jsonValue(),
          baseVersion: fc.nat(2),
          newVersion: fc.nat(2),
          modifications: fc.array(fc.jsonValue()),
        })
        .map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 5 }), async (frames) => {
        const { socket } = await openSyncSocket(address);
        for (const frame of frames) socket.send(frame);
        socket.close();
      }),
    );
    await expectStillServing();
  });

  it("[CN3] more mutations than may wait close the socket with a reason that makes clients back off", async () => {
    const { runMutation } = functions;
    functions.runMutation = () => new Promise(() => undefined);
    const { say, closed } = await openSyncSocket(address);
    say(hello());
    for (let requestId = 0; requestId < 1100; requestId++) {
      say({ type: "Mutation", requestId, udfPath: "a:set", args: [{ to: 1 }] });
    }
    expect(await closed).toMatchObject({
      code: 1013,
      reason: "TooManyConcurrentRequests: too many mutations wait",
    });
    functions.runMutation = runMutation;
    await expectStillServing();
  });

  it("[HO3] actions that hold too much together close the socket; what they held is given back", async () => {
    const { runAction } = functions;
    const { promise: ended, resolve: end } = Promise.withResolvers<undefined>();
    functions.runAction = async () => {
      await ended;
      return { ok: true, value: null, logLines: [] };
    };
    const action = (requestId: number) => ({
      ...{ type: "Action", requestId, udfPath: "a:act", args: ["x".repeat(300_000)] },
    });
    const first = await openSyncSocket(address);
    first.say(hello());
    for (let requestId = 0; requestId < 4; requestId++) first.say(action(requestId));
    expect(await first.closed).toMatchObject({
      ...{ code: 1013, reason: "TooManyConcurrentRequests: too much is held at a time" },
    });
    end(undefined);
    const second = await openSyncSocket(address);
    second.say(hello());
    for (let requestId = 0; requestId < 3; requestId++) second.say(action(requestId));
    await vi.waitFor(() => expect(second.received).toHaveLength(3));
    functions.runAction = runAction;
    await expectStillServing();
  });

  it("[HO3] query changes that wait for a peer that does not read are bounded", async () => {
    functions.queries["a:large"] = () => "x".repeat(10_000_000);
    const { socket, say } = await openSyncSocket(address);
    say(hello());
    socket.pause();
    for (let i = 0; i < 14; i++) {
      const add = { type: "Add", queryId: i, udfPath: "a:large", args: [{ i }] };
      const journal = "j".repeat(100_000);
      const modifications = [{ ...add, journal }];
      say({ type: "ModifyQuerySet", baseVersion: i, newVersion: i + 1, modifications });
    }
    await vi.waitFor(() => expect(live.stats().subscriptions).toBe(0));
    socket.resume();
    await vi.waitFor(() => expect(sync.socketCount).toBe(0));
    await expectStillServing();
  });

  it("[HO3] results that are too large for one Transition are refused for good", async () => {
    functions.queries["a:large"] = () => "x".repeat(30_000_000);
    const { say, received, closed } = await openSyncSocket(address);
    say(hello());
    const modifications = Array.from({ length: 5 }, (_, queryId) => ({
      ...{ type: "Add", queryId, udfPath: "a:large", args: [{ queryId }] },
    }));
    say({ type: "ModifyQuerySet", baseVersion: 0, newVersion: 1, modifications });
    await closed;
    expect(received).toMatchObject([
      { type: "FatalError", error: expect.stringContaining("TransitionTooLarge") as string },
    ]);
    await expectStillServing();
  });

  it("[HO3] a peer that pings without reading gets no more pongs than it can take", async () => {
    const { socket, say } = await openSyncSocket(address);
    say(hello());
    socket.pause();
    functions.actions["a:large"] = () => Promise.resolve("x".repeat(20_000_000));
    say({ type: "Action", requestId: 0, udfPath: "a:large", args: [{}] });
    for (let i = 0; i < 20_000; i++) socket.ping("p".repeat(100));
    let pongs = 0;
    socket.on("pong", () => (pongs += 1));
    say({ type: "Event", eventType: "the last word", event: null });
    const answered = new Promise((resolve) => socket.once("message", resolve));
    // Others are served meanwhile, so by then all pings were seen.
    await expectStillServing();
    socket.resume();
    await answered;
    expect(pongs).toBeLessThan(20_000);
  });

  it("a frame that announces 150 MB is refused before it is sent", async () => {
    const socket = connect(Number(new URL(address).port), "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    socket.write(
      "GET /api/1.48.0/sync HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
    );
    const header = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0x09, 0, 0, 0, 1, 2, 3, 4]);
    socket.once("data", () => socket.write(header));
    const closed = new Promise((resolve) => socket.on("close", resolve));
    socket.resume();
    await closed;
    await vi.waitFor(() => expect(sync.socketCount).toBe(0));
    await expectStillServing();
  });

  it("an upgrade to another path is not found", async () => {
    const socket = new WebSocket(`${address.replace("http", "ws")}/api/elsewhere`);
    const error = await new Promise<Error>((resolve) => socket.on("error", resolve));
    expect(error.message).toContain("404");
  });
});
