import { anyApi } from "convex/server";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { baseClient, reactiveClient } from "../../../test/support/convexEngine.ts";
import { startFakeSyncEngine, type FakeSyncEngine } from "../../../test/support/fakeSyncEngine.ts";
import {
  hello,
  openSyncSocket,
  type ServerMessage,
  type SyncSocket,
} from "../../../test/support/syncSocket.ts";

import type { TokenVerifier } from "../auth/verifyToken.ts";

type Modification = { type: string; queryId: number; value?: unknown };
/** Waits also where the machine is busy with much else. */
const soon = (check: () => void): Promise<void> => vi.waitFor(check);

type StateVersion = { querySet: number; identity: number; ts: string };

/** The rules of the protocol that a stock client does not show, or shows only by going silent. */
describe("the sync protocol", () => {
  let engine: FakeSyncEngine;
  let verifyToken: TokenVerifier;
  let now: () => number;

  beforeEach(async () => {
    now = Date.now;
    verifyToken = (token) =>
      Promise.resolve({ attributes: { subject: token }, expiresAt: Infinity });
    engine = await startFakeSyncEngine({
      verifyToken: (token) => verifyToken(token),
      now: () => now(),
    });
    const { functions } = engine;
    functions.queries["a:get"] = ({ read }) => read("x");
    functions.queries["a:key"] = ({ read, call }) => read((call.args[0] as { key: string }).key);
    functions.queries["a:me"] = ({ identity }) => {
      const who = identity();
      return who.kind === "user" ? who.attributes["subject"]! : who.kind;
    };
    functions.mutations["a:set"] = ({ write }, args) => {
      const { key = "x", to } = args as { key?: string; to: number };
      write(key, to);
      return to;
    };
  });

  async function connected(): Promise<SyncSocket> {
    const socket = await openSyncSocket(engine.address);
    socket.say(hello());
    return socket;
  }

  const add = (queryId: number, udfPath = "a:get", args: object = {}) => ({
    ...{ type: "Add", queryId, udfPath, args: [args] },
  });
  const remove = (queryId: number) => ({ type: "Remove", queryId });
  const modify = (baseVersion: number, ...modifications: object[]) => ({
    ...{ type: "ModifyQuerySet", baseVersion, newVersion: baseVersion + 1, modifications },
  });
  const mutation = (requestId: number, to: number) => ({
    ...{ type: "Mutation", requestId, udfPath: "a:set", args: [{ to }] },
  });

  const transitionsOf = ({ received }: SyncSocket): ServerMessage[] =>
    received.filter(({ type }) => type === "Transition");
  const changesOf = (message: ServerMessage | undefined) =>
    ((message?.["modifications"] ?? []) as Modification[]).map(({ type, queryId, value }) => [
      ...[type, queryId],
      ...(value === undefined ? [] : [value]),
    ]);
  const endOf = (message: ServerMessage | undefined) => message?.["endVersion"] as StateVersion;

  it("[CN1] the first ModifyQuerySet is answered, also when it asks for nothing", async () => {
    const socket = await connected();
    socket.say(modify(0));
    expect(endOf(await socket.first("Transition"))).toMatchObject({ querySet: 1, identity: 0 });
  });

  it("[CN1] changes that come together are one Transition of the newest version", async () => {
    const socket = await connected();
    socket.say(modify(0, add(0), add(1)), modify(1, remove(0)), modify(2, add(2), remove(2)));
    await soon(() => expect(endOf(transitionsOf(socket).at(-1)).querySet).toBe(3));
    expect(
      transitionsOf(socket)
        .flatMap(changesOf)
        .filter(([, id]) => id === 1),
    ).toEqual([["QueryUpdated", 1, null]]);
    // Every removal is confirmed, and what was removed in the same breath was never run.
    expect(transitionsOf(socket).flatMap(changesOf)).toEqual(
      expect.arrayContaining([
        ["QueryRemoved", 0],
        ["QueryRemoved", 2],
      ]),
    );
    expect(engine.live.stats().subscriptions).toBe(1);
  });

  it("[CN1] results of one Transition are of one moment, whatever is committed while they are computed", async () => {
    const { functions } = engine;
    functions.commit({ left: 0, right: 0 });
    const socket = await connected();
    let commits = 0;
    const { runQuery } = functions;
    functions.runQuery = async (call) => {
      if (commits < 50) functions.commit({ left: ++commits, right: commits });
      return await runQuery(call);
    };
    socket.say(modify(0, add(0, "a:key", { key: "left" }), add(1, "a:key", { key: "right" })));
    await soon(() =>
      expect(changesOf(transitionsOf(socket).at(-1)).map(([, , value]) => value)).toEqual([50, 50]),
    );
    for (const transition of transitionsOf(socket)) {
      const values = changesOf(transition).map(([, , value]) => value);
      expect(new Set(values).size).toBe(1);
    }
  });

  it("[CN4] an identity that is accepted while results are computed shows in the next Transition", async () => {
    const socket = await connected();
    const release = engine.functions.hold();
    socket.say(modify(0, add(0, "a:me")));
    await soon(() => expect(engine.functions.ran).toEqual(["a:me"]));
    socket.say({ type: "Authenticate", tokenType: "User", value: "ada", baseVersion: 0 });
    socket.say(mutation(0, 1)); // answered only after what came before it was taken in
    await socket.first("MutationResponse");
    release();
    await soon(() => expect(transitionsOf(socket).length).toBeGreaterThan(1));
    expect(
      transitionsOf(socket)
        .slice(0, 2)
        .map((one) => [endOf(one).identity, changesOf(one)]),
    ).toEqual([
      [0, [["QueryUpdated", 0, "none"]]],
      [1, [["QueryUpdated", 0, "ada"]]],
    ]);
  });

  it("[CN4] a mutation runs as who was there when it came, not when its turn comes", async () => {
    const { functions } = engine;
    const callers: unknown[] = [];
    const { runMutation } = functions;
    const { promise: gate, resolve: open } = Promise.withResolvers<undefined>();
    functions.runMutation = async (call) => {
      callers.push(call.identity.kind);
      await gate;
      return await runMutation(call);
    };
    const socket = await connected();
    socket.say({ type: "Authenticate", tokenType: "User", value: "ada", baseVersion: 0 });
    socket.say(mutation(0, 1), mutation(1, 2));
    socket.say({ type: "Authenticate", tokenType: "None", baseVersion: 1 });
    socket.say(mutation(2, 3));
    await soon(() => expect(endOf(transitionsOf(socket).at(-1)).identity).toBe(2));
    open(undefined);
    await soon(() => expect(callers).toEqual(["user", "user", "none"]));
  });

  it("[CN4] a token that runs out in mid-socket: the stock client brings a new one, and nothing is lost or done twice", async () => {
    const { functions } = engine;
    let time = Date.now();
    now = () => time;
    verifyToken = (token) => {
      const { sub, exp } = JSON.parse(
        Buffer.from(token.split(".")[1]!, "base64url").toString(),
      ) as { sub: string; exp: number };
      return Promise.resolve({ attributes: { subject: sub }, expiresAt: exp * 1000 });
    };
    const client = baseClient(engine.address);
    const tokens: string[] = [];
    client.setAuth(
      () => {
        const iat = Math.floor(time / 1000);
        const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
        const claims = { sub: `ada ${tokens.length}`, iat, exp: iat + 3600 };
        tokens.push(`${part({ alg: "none" })}.${part(claims)}.x`);
        return Promise.resolve(tokens.at(-1)!);
      },
      () => undefined,
    );
    client.subscribe("a:me", {});
    const me = () => client.localQueryResult("a:me", {});
    await soon(() => expect(me()).toBe("ada 1")); // it asks for a fresh one as soon as the first is accepted
    let runs = 0;
    functions.mutations["a:count"] = ({ write }) => {
      write("count", ++runs);
      return runs;
    };
    time += 2 * 3_600_000;
    expect(await client.mutation("a:count", {})).toBe(1);
    await soon(() => expect(me()).toMatch(/^ada [23]$/));
    expect(runs).toBe(1);
  });

  it("[CN5] a peer that reads slowly gets few states and at last the newest", async () => {
    const { functions } = engine;
    const large = "x".repeat(2_000_000);
    functions.queries["a:large"] = ({ read }) => [read("x"), large];
    const socket = await connected();
    socket.say(modify(0, add(0, "a:large")));
    await socket.first("Transition");
    socket.socket.pause();
    for (let i = 1; i <= 200; i++) {
      functions.commit({ x: i });
      await new Promise((resolve) => setImmediate(resolve)); // so that each could have been sent
    }
    const ranWhilePaused = functions.ran.length;
    socket.socket.resume();
    const numbers = () =>
      transitionsOf(socket).map(
        (one) => ((one["modifications"] as Modification[])[0]?.value as [number])[0],
      );
    await soon(() => expect(numbers().at(-1)).toBe(200));
    expect(ranWhilePaused).toBeLessThan(40); // what nobody could take was not computed
    expect(numbers()).toEqual([...numbers()].sort((a, b) => a - b));
  });

  it("[CN5] at most twenty queries of one socket run at a time", async () => {
    const { functions } = engine;
    let running = 0;
    let most = 0;
    const { runQuery } = functions;
    functions.runQuery = async (call) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return await runQuery(call);
    };
    const socket = await connected();
    socket.say(
      modify(0, ...Array.from({ length: 100 }, (_, i) => add(i, "a:key", { key: String(i) }))),
    );
    expect(changesOf(await socket.first("Transition"))).toHaveLength(100);
    expect(most).toBe(20);
  });

  it("[CN5] more actions than may run close the socket with a reason that makes clients back off", async () => {
    engine.functions.runAction = () => new Promise(() => undefined);
    const socket = await connected();
    for (let requestId = 0; requestId <= 1_000; requestId++) {
      socket.say({ type: "Action", requestId, udfPath: "a:act", args: [{}] });
    }
    expect(await socket.closed).toEqual({
      code: 1013,
      reason: "TooManyConcurrentRequests: too many actions run",
    });
  });

  it("[CN6] five thousand queries on one socket: a change runs the one it touches", async () => {
    const { functions } = engine;
    const client = baseClient(engine.address);
    const QUERIES = 5_000;
    const unsubscribes = Array.from({ length: QUERIES }, (_, i) =>
      client.subscribe("a:key", { key: String(i) }),
    );
    await soon(() =>
      expect(client.localQueryResult("a:key", { key: String(QUERIES - 1) })).toBeNull(),
    );
    expect(functions.ran).toHaveLength(QUERIES);
    functions.commit({ "4321": "changed" });
    await soon(() => expect(client.localQueryResult("a:key", { key: "4321" })).toBe("changed"));
    expect(functions.ran).toHaveLength(QUERIES + 1);
    for (const { unsubscribe } of unsubscribes) unsubscribe();
    await soon(() => expect(engine.live.stats()).toEqual({ subscriptions: 0, queries: 0 }));
    expect(await client.mutation("a:set", { to: 1 })).toBe(1);
  });

  it("[CN6] a Transition of more than 5 MB comes in parts, one after the other and with nothing between", async () => {
    const { functions } = engine;
    const large = "0123456é€".repeat(1_200_000);
    functions.queries["a:large"] = ({ read }) => [read("x"), large];
    const socket = await connected();
    socket.say(
      modify(0, add(0, "a:large")),
      ...Array.from({ length: 30 }, (_, i) => mutation(i, i)),
    );
    await soon(() =>
      expect(socket.received.filter(({ type }) => type === "MutationResponse")).toHaveLength(30),
    );
    await soon(() => expect(lastValue()).toBe(29));

    /** Checks that parts are whole, and joins the last of them. */
    function lastValue(): unknown {
      let open: string[] = [];
      let whole = "";
      for (const { type, chunk, partNumber, totalParts } of socket.received) {
        if (type !== "TransitionChunk") {
          expect(open).toEqual([]);
          continue;
        }
        expect(partNumber).toBe(open.length);
        open.push(chunk as string);
        if (open.length < (totalParts as number)) continue;
        whole = open.join("");
        open = [];
      }
      const transition = JSON.parse(whole) as ServerMessage;
      return ((transition["modifications"] as Modification[])[0]?.value as [number])[0];
    }
  });

  it("[CN6] a client too old for parts gets one frame", async () => {
    engine.functions.queries["a:large"] = () => "x".repeat(6_000_000);
    const socket = await openSyncSocket(engine.address, { version: "1.27.3" });
    socket.say(hello(), modify(0, add(0, "a:large")));
    expect(changesOf(await socket.first("Transition"))[0]?.[2]).toHaveLength(6_000_000);
  });

  it("[CN2] the answer comes first also when the commit is told some steps before it", async () => {
    const { functions } = engine;
    const { runMutation } = functions;
    functions.runMutation = async (call) => {
      const outcome = await runMutation(call);
      for (let step = 0; step < 20; step++) await Promise.resolve();
      return outcome;
    };
    const socket = await connected();
    socket.say(modify(0, add(0)));
    await socket.first("Transition");
    for (let i = 0; i < 20; i++) socket.say(mutation(i, i));
    await soon(() => expect(changesOf(transitionsOf(socket).at(-1))[0]?.[2]).toBe(19));
    let answered = -1;
    for (const message of socket.received) {
      if (message.type === "MutationResponse") answered = message["requestId"] as number;
      else
        for (const [, , value] of changesOf(message))
          expect(Number(value ?? 0)).toBeLessThanOrEqual(Math.max(answered, 0));
    }
  });

  it("[CN2] a repeated mutation is answered as the first time, and a Transition lets it resolve", async () => {
    const sessionId = crypto.randomUUID();
    const results: unknown[] = [];
    for (let connectionCount = 0; connectionCount < 2; connectionCount++) {
      const socket = await openSyncSocket(engine.address);
      socket.say({ ...hello(), sessionId, connectionCount }, mutation(7, 5));
      const { result, ts } = await socket.first("MutationResponse");
      results.push(result);
      await soon(() => expect(endOf(transitionsOf(socket).at(-1)).ts).toBe(ts));
      socket.socket.terminate();
    }
    expect(results).toEqual([5, 5]);
  });

  it("[CN7] a client whose newest timestamp is ours is served from there on", async () => {
    const before = await connected();
    before.say(modify(0, add(0)), mutation(0, 1));
    await soon(() => expect(changesOf(transitionsOf(before).at(-1))[0]?.[2]).toBe(1));
    const { ts } = endOf(transitionsOf(before).at(-1));
    const after = await openSyncSocket(engine.address);
    after.say({ ...hello(), connectionCount: 1, maxObservedTimestamp: ts }, modify(0, add(0)));
    expect(changesOf(await after.first("Transition"))).toEqual([["QueryUpdated", 0, 1]]);
  });

  it("[CN7] on a new socket all versions begin at zero, and journals go on where the client left them", async () => {
    const journals: unknown[] = [];
    engine.functions.queries["a:page"] = ({ call }) => {
      journals.push(call.journal);
      return 1;
    };
    const socket = await connected();
    socket.say(modify(0, { ...add(0, "a:page"), journal: "J100" }));
    const transition = await socket.first("Transition");
    expect(transition["startVersion"]).toEqual({ querySet: 0, identity: 0, ts: "AAAAAAAAAAA=" });
    expect(transition["modifications"]).toMatchObject([{ journal: "J100" }]);
    expect(journals).toEqual(["J100"]);
  });

  it("[EC3] mutations one after the other under an optimistic update never show a step back", async () => {
    const { functions } = engine;
    functions.mutations["a:increment"] = ({ read, write }) => {
      const next = Number(read("x") ?? 0) + 1;
      write("x", next);
      return next;
    };
    const client = reactiveClient(engine.address);
    const shown: number[] = [];
    const get = anyApi["a"]!["get"]!;
    client.onUpdate(get, {}, (count) => shown.push(Number(count ?? 0)));
    await soon(() => expect(shown).toEqual([0]));
    const counted = Array.from({ length: 100 }, () =>
      client.mutation(
        anyApi["a"]!["increment"]!,
        {},
        {
          optimisticUpdate: (store) =>
            store.setQuery(get, {}, Number(store.getQuery(get, {}) ?? 0) + 1),
        },
      ),
    );
    expect(await Promise.all(counted)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    expect(shown).toEqual([...shown].sort((a, b) => a - b));
    expect([shown.length > 1, shown.at(-1)]).toEqual([true, 100]);
    expect(engine.errors).toEqual([]);
  });
});
