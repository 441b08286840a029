import { connect } from "node:net";

import { anyApi } from "convex/server";
import type { JSONValue } from "convex/values";
import fc from "fast-check";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { WebSocket } from "ws";

import { baseClient, reactiveClient } from "../../../test/support/convexEngine.ts";
import type { FakeFunctions } from "../../../test/support/fakeFunctions.ts";
import { startFakeSyncEngine } from "../../../test/support/fakeSyncEngine.ts";
import { hello, openSyncSocket } from "../../../test/support/syncSocket.ts";
import { KeysUnavailableError } from "../auth/providerKeys.ts";
import { InvalidTokenError, type VerifiedUser } from "../auth/verifyToken.ts";
import type { LiveQueries } from "./liveQueries.ts";
import { MemoryBudget } from "./memoryBudget.ts";
import type { SyncServer } from "./syncServer.ts";

/** The fields of server messages that these tests look into. */
type Received = {
  type: string;
  requestId?: number;
  startVersion?: object;
  endVersion?: object;
  modifications?: { type: string; queryId: number; value?: JSONValue }[];
};

const SESSION = "8a6c3f0e-4b5f-4a43-9d5e-0d6f0f6a7b11";

describe("the sync socket", () => {
  let functions: FakeFunctions;
  let live: LiveQueries;
  let sync: SyncServer;
  let address: string;
  let errors: readonly unknown[];
  let verifyToken: (token: string) => Promise<VerifiedUser>;
  let now: () => number;

  beforeEach(async () => {
    now = Date.now;
    verifyToken = () => Promise.reject(new InvalidTokenError("no tokens here"));
    ({ functions, live, sync, address, errors } = await startFakeSyncEngine({
      budget: MemoryBudget.ofEngine({ socketChars: 1_000_000, engineChars: 2_000_000 }),
      verifyToken: (token) => verifyToken(token),
      now: () => now(),
    }));
    functions.queries["a:get"] = ({ read }) => read("x");
    functions.queries["a:other"] = ({ read }) => read("y");
    functions.mutations["a:set"] = ({ read, write }, args) => {
      write("x", (args as { to: number }).to);
      write("count", Number(read("count") ?? 0) + 1);
      return "set";
    };
  });

  it("a stock client subscribes, mutates, sees the change and unsubscribes", async () => {
    const client = reactiveClient(address);
    const seen: unknown[] = [];
    const unsubscribe = client.onUpdate(anyApi["a"]!["get"]!, {}, (value) => seen.push(value));
    await vi.waitFor(() => expect(seen).toEqual([null]));
    expect(await client.mutation(anyApi["a"]!["set"]!, { to: 5 })).toBe("set");
    await vi.waitFor(() => expect(seen).toEqual([null, 5]));
    unsubscribe();
    await vi.waitFor(() => expect(live.stats().subscriptions).toBe(0));
  });

  it("[CN2] a mutation resolves also when nothing is subscribed", async () => {
    expect(await reactiveClient(address).mutation(anyApi["a"]!["set"]!, { to: 1 })).toBe("set");
  });

  it("[CN2] the answer to a mutation comes before its effects, and an empty Transition follows", async () => {
    const { say, received } = await openSyncSocket(address);
    say(hello());
    const modifications = [{ type: "Add", queryId: 0, udfPath: "a:get", args: [{}] }];
    say({ type: "ModifyQuerySet", baseVersion: 0, newVersion: 1, modifications });
    for (let requestId = 0; requestId < 20; requestId++) {
      const args = [{ to: Math.floor(requestId / 2) }];
      say({ type: "Mutation", requestId, udfPath: "a:set", args });
    }
    await vi.waitFor(() => {
      const last = received.filter(({ type }) => type === "MutationResponse").at(-1);
      expect(last?.["requestId"]).toBe(19);
      expect(received.at(-1)).toMatchObject({
        type: "Transition",
        endVersion: { ts: last?.["ts"] },
      });
    });
    const answered: (number | undefined)[] = [];
    for (const { type, requestId, modifications = [] } of received as Received[]) {
      if (type === "MutationResponse") answered.push(requestId);
      for (const { value } of modifications) {
        if (typeof value === "number") expect(answered).toContain(value * 2);
      }
    }
    expect(answered).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it("[CN1] transitions chain and an unchanged result is left out", async () => {
    const { say, received } = await openSyncSocket(address);
    say(hello());
    const modifications = [
      { type: "Add", queryId: 0, udfPath: "a:get", args: [{}] },
      { type: "Add", queryId: 1, udfPath: "a:other", args: [{}] },
    ];
    say({ type: "ModifyQuerySet", baseVersion: 0, newVersion: 1, modifications });
    await vi.waitFor(() => expect(received).toHaveLength(1));
    for (const x of [1, 1, 2]) {
      functions.commit({ x });
      const before = received.length;
      await vi.waitFor(() => expect(received.length).toBe(before + 1));
    }
    say({
      ...{ type: "ModifyQuerySet", baseVersion: 1, newVersion: 2 },
      modifications: [{ type: "Remove", queryId: 0 }],
    });
    await vi.waitFor(() => expect(received).toHaveLength(5));
    let version: object | undefined = { querySet: 0, identity: 0, ts: "AAAAAAAAAAA=" };
    for (const { startVersion, endVersion } of received as Received[]) {
      expect(startVersion).toEqual(version);
      version = endVersion;
    }
    const updates = (received as Received[]).map(({ modifications = [] }) =>
      modifications.map(({ type, queryId, value }) => [type, queryId, value]),
    );
    expect(updates).toEqual([
      [
        ["QueryUpdated", 0, null],
        ["QueryUpdated", 1, null],
      ],
      [["QueryUpdated", 0, 1]],
      [],
      [["QueryUpdated", 0, 2]],
      [["QueryRemoved", 0, undefined]],
    ]);
  });

  it("a missing function is a failed query, not the end of the socket", async () => {
    const client = reactiveClient(address);
    await expect(client.query(anyApi["no"]!["such"]!, {})).rejects.toThrow(/Could not find public/);
    expect(await client.mutation(anyApi["a"]!["set"]!, { to: 1 })).toBe("set");
  });

  it("[CN3] a client that saw a later timestamp than we ever gave is asked to come back", async () => {
    const { say, closed } = await openSyncSocket(address);
    say({ ...hello(), maxObservedTimestamp: "/////////38=" });
    say({ type: "ModifyQuerySet", baseVersion: 0, newVersion: 1, modifications: [] });
    expect(await closed).toMatchObject({
      code: 1011,
      reason: "InternalServerError: the request could not be completed",
    });
    expect(errors).toHaveLength(1);
  });

  describe("authentication", () => {
    beforeEach(() => {
      functions.queries["a:me"] = ({ identity }) => {
        const who = identity();
        return who.kind === "user" ? who.attributes["subject"]! : who.kind;
      };
    });

    it("an accepted token runs the queries again for its holder; clearing it does too", async () => {
      verifyToken = (token) =>
        Promise.resolve({ attributes: { subject: token }, expiresAt: Infinity });
      const client = baseClient(address);
      client.subscribe("a:me", {});
      const me = () => client.localQueryResult("a:me", {});
      await vi.waitFor(() => expect(me()).toBe("none"));
      const changes: boolean[] = [];
      const token = jwt("ada");
      client.setAuth(
        () => Promise.resolve(token),
        (isAuthenticated) => changes.push(isAuthenticated),
      );
      await vi.waitFor(() => expect(me()).toBe(token));
      expect(changes).toEqual([true]);
      client.clearAuth();
      await vi.waitFor(() => expect(me()).toBe("none"));
    });

    it("a refused token is told with the identity version last sent, and the socket closes", async () => {
      const { say, received, closed } = await openSyncSocket(address);
      say(hello());
      say({ type: "Authenticate", tokenType: "User", value: "forged", baseVersion: 0 });
      await closed;
      expect(received).toEqual([
        { type: "AuthError", error: "no tokens here", baseVersion: 0, authUpdateAttempted: true },
      ]);
    });

    it("a token that runs out is told before the next mutation, query or action runs", async () => {
      verifyToken = () => Promise.resolve({ attributes: { subject: "ada" }, expiresAt: 10_000 });
      now = () => 9_999;
      const { say, received, closed } = await openSyncSocket(address);
      say(hello());
      say({ type: "Authenticate", tokenType: "User", value: "good", baseVersion: 0 });
      await vi.waitFor(() => expect(received).toHaveLength(1));
      now = () => 10_000;
      say({ type: "Mutation", requestId: 0, udfPath: "a:set", args: [{ to: 1 }] });
      await closed;
      expect(received.at(-1)).toMatchObject({
        ...{ type: "AuthError", baseVersion: 1, authUpdateAttempted: false },
      });
      expect(functions.latestTs()).toBe(1_000_000);
    });

    it("[CN3] a provider that cannot be asked closes the socket without blaming the token", async () => {
      verifyToken = () => Promise.reject(new KeysUnavailableError("no network"));
      const { say, received, closed } = await openSyncSocket(address);
      say(hello());
      say({ type: "Authenticate", tokenType: "User", value: "good", baseVersion: 0 });
      expect(await closed).toMatchObject({ code: 1011 });
      expect(received).toEqual([]);
    });

    it("[CL8] the admin key acts as whom it names; a wrong one ends the tool that shows it", async () => {
      const right = await openSyncSocket(address);
      right.say(hello());
      const modifications = [{ type: "Add", queryId: 0, udfPath: "a:me", args: [{}] }];
      right.say({ type: "Authenticate", tokenType: "Admin", value: "x|secret", baseVersion: 0 });
      right.say({ type: "ModifyQuerySet", baseVersion: 0, newVersion: 1, modifications });
      await vi.waitFor(() =>
        expect(right.received.at(-1)?.["modifications"]).toMatchObject([{ value: "admin" }]),
      );
      const wrong = await openSyncSocket(address);
      wrong.say(hello());
      wrong.say({ type: "Authenticate", tokenType: "Admin", value: "x|guess", baseVersion: 0 });
      await wrong.closed;
      expect(wrong.received).toMatchObject([{ type: "FatalError" }]);
    });
  });

  describe("hostile clients", () => {
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
});

/** A token that the stock client is willing to hold: it reads `iat` and `exp` of it. */
function jwt(subject: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const iat = Math.floor(Date.now() / 1000);
  return `${part({ alg: "none" })}.${part({ sub: subject, iat, exp: iat + 3600 })}.x`;
}
