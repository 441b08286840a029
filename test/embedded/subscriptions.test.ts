import { ConvexReactClient } from "convex/react";
import { ConvexError, type Value } from "convex/values";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { WebSocket } from "ws";

import { api } from "../fixtures/convex-projects/conformance/convex/_generated/api.js";
import {
  baseClient,
  reactiveClient,
  startTestEngine,
  type TestEngine,
} from "../support/convexEngine.ts";
import { startTcpProxy } from "../support/tcpProxy.ts";

describe("stock reactive clients", () => {
  let engine: TestEngine;
  /** A room of its own for every test. */
  let room: string;

  beforeAll(async () => {
    engine = await startTestEngine();
  });
  afterAll(() => engine.close());
  beforeEach(() => {
    room = crypto.randomUUID();
  });

  it("[EC1] subscribe, see what changes, and unsubscribe", async () => {
    const client = reactiveClient(engine.url);
    const seen: string[][] = [];
    const unsubscribe = client.onUpdate(api.messages.list, { room }, (messages) =>
      seen.push(messages.map(({ body }) => body)),
    );
    await vi.waitFor(() => expect(seen).toEqual([[]]));
    await client.mutation(api.messages.send, { room, body: "hello" });
    await vi.waitFor(() => expect(seen).toEqual([[], ["hello"]]));
    expect((await engine.stats()).subscriptions).toBe(1);
    unsubscribe();
    await expect.poll(async () => (await engine.stats()).subscriptions).toBe(0);
    await client.mutation(api.messages.send, { room, body: "unseen" });
    expect(seen).toHaveLength(2);
  });

  it("[EC1] the same query from several clients runs once and reaches them all", async () => {
    const clients = [1, 2, 3].map(() => reactiveClient(engine.url));
    const seen = clients.map((client) => {
      const counts: number[] = [];
      client.onUpdate(api.messages.list, { room }, (messages) => counts.push(messages.length));
      return counts;
    });
    await vi.waitFor(() => expect(seen).toEqual([[0], [0], [0]]));
    expect(await engine.stats()).toMatchObject({ subscriptions: 3, liveQueries: 1 });
    await clients[0]!.mutation(api.messages.send, { room, body: "x" });
    await vi.waitFor(() =>
      expect(seen).toEqual([
        [0, 1],
        [0, 1],
        [0, 1],
      ]),
    );
  });

  it("[EC2] a mutation resolves with and without subscribed queries", async () => {
    const client = reactiveClient(engine.url);
    expect(await client.mutation(api.messages.send, { room, body: "1" })).toEqual(
      expect.any(String),
    );
    client.onUpdate(api.messages.list, { room }, () => undefined);
    await client.mutation(api.messages.send, { room, body: "2" });
    expect(await client.query(api.messages.list, { room })).toHaveLength(2);
  });

  it("[EC3] mutations of one client run in the order in which they were sent", async () => {
    const client = reactiveClient(engine.url);
    const bodies = Array.from({ length: 50 }, (_, i) => `message ${i}`);
    const lengths: number[] = [];
    client.onUpdate(api.messages.list, { room }, (messages) => lengths.push(messages.length));
    await Promise.all(bodies.map((body) => client.mutation(api.messages.send, { room, body })));
    const stored = await client.query(api.messages.list, { room });
    expect(stored.map(({ body }) => body)).toEqual(bodies);
    expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
    expect(lengths.at(-1)).toBe(50);
  });

  it("[EC3] when a mutation resolves, its effects are in the results that the client holds", async () => {
    const client = reactiveClient(engine.url);
    const subscription = client.onUpdate(api.counters.read, { name: room }, () => undefined);
    await vi.waitFor(() => expect(subscription.getCurrentValue()).toBe(0));
    for (let count = 1; count <= 30; count++) {
      await client.mutation(api.counters.add, { name: room, amount: 1 });
      expect(subscription.getCurrentValue()).toBe(count);
    }
  });

  it("[EC3] an optimistic update gives way to the result in one step", async () => {
    const seen: (number | undefined)[] = [];
    const client = baseClient(engine.url, () => {
      seen.push(client.localQueryResult("counters:read", { name: room }) as number | undefined);
    });
    client.subscribe("counters:read", { name: room });
    await vi.waitFor(() => expect(seen.at(-1)).toBe(0));
    seen.length = 0;
    const done = client.mutation(
      "counters:add",
      { name: room, amount: 1 },
      { optimisticUpdate: (store) => store.setQuery(api.counters.read, { name: room }, 1000) },
    );
    await done;
    await vi.waitFor(() => expect(seen.at(-1)).toBe(1));
    expect(seen).toEqual([1000, 1]);
  });

  it("[EC6] a write elsewhere, and a write that changes no result, send nothing", async () => {
    const client = reactiveClient(engine.url);
    const id = await client.mutation(api.messages.send, { room, body: "same", order: 5 });
    const listed: unknown[] = [];
    const counted: unknown[] = [];
    client.onUpdate(api.messages.range, { room, from: 0, to: 10 }, (value) => listed.push(value));
    client.onUpdate(api.counters.read, { name: room }, (value) => counted.push(value));
    await vi.waitFor(() => expect([listed.length, counted.length]).toEqual([1, 1]));
    await client.mutation(api.messages.rewrite, { id });
    await client.mutation(api.messages.send, { room: `${room}-other`, body: "x" });
    await client.mutation(api.counters.add, { name: room, amount: 1 });
    await vi.waitFor(() => expect(counted).toEqual([0, 1]));
    expect(listed).toEqual([["same"]]);
  });

  it("[EC7] an insert into a scanned range is seen, one outside of it is not", async () => {
    const client = reactiveClient(engine.url);
    const seen: string[][] = [];
    client.onUpdate(api.messages.range, { room, from: 10, to: 20 }, (value) => seen.push(value));
    await vi.waitFor(() => expect(seen).toEqual([[]]));
    for (const order of [9, 20, 10, 19]) {
      await client.mutation(api.messages.send, { room, body: `at ${order}`, order });
    }
    await vi.waitFor(() => expect(seen).toEqual([[], ["at 10"], ["at 10", "at 19"]]));
  });

  describe("errors", () => {
    const thrown = (promise: Promise<unknown>) =>
      promise.then(
        () => "nothing",
        (e: unknown) => e,
      );

    it.each<[string, Value]>([
      ["an object", { code: "NO", big: 5n, nested: [1, null] }],
      ["a string", "text"],
      ["zero", 0],
      ["null", null],
    ])("[EC8] the data of a ConvexError arrives: %s", async (_, data) => {
      const client = reactiveClient(engine.url);
      for (const error of await Promise.all([
        thrown(client.query(api.errors.inQuery, { data })),
        thrown(client.mutation(api.errors.inMutation, { data })),
        thrown(client.action(api.errors.inAction, { data })),
      ])) {
        expect(error).toBeInstanceOf(ConvexError);
        expect(error).toMatchObject({ data });
      }
    });

    it("[EC8] a plain error carries no data, and a mutation that throws leaves nothing behind", async () => {
      const client = reactiveClient(engine.url);
      for (const error of await Promise.all([
        thrown(client.query(api.errors.inQuery, {})),
        thrown(client.mutation(api.errors.inMutation, {})),
        thrown(client.action(api.errors.inAction, {})),
      ])) {
        expect(error).not.toBeInstanceOf(ConvexError);
        expect(error).toMatchObject({
          message: expect.stringContaining("a plain error") as string,
        });
      }
      expect(await client.query(api.messages.list, { room: "errors" })).toEqual([]);
    });

    it("[EC8] a live query that begins to fail says so, and recovers", async () => {
      const client = reactiveClient(engine.url);
      const states: string[] = [];
      client.onUpdate(
        api.counters.read,
        { name: room },
        (value) => states.push(`value ${value}`),
        (error) => states.push(error.message.includes("unique") ? "not unique" : error.message),
      );
      await vi.waitFor(() => expect(states).toEqual(["value 0"]));
      await client.mutation(api.counters.add, { name: room, amount: 2 });
      await vi.waitFor(() => expect(states).toEqual(["value 0", "value 2"]));
    });

    it("[EC8] wrong arguments and unknown or internal functions are errors of the call", async () => {
      const client = reactiveClient(engine.url);
      expect(await thrown(client.query(api.messages.list, { room: 5 as never }))).toMatchObject({
        message: expect.stringContaining("ArgumentValidationError") as string,
      });
      for (const path of ["messages:secret", "messages:nowhere", "nowhere:nothing"]) {
        const error = await thrown(baseClientQuery(engine.url, path));
        expect(error).toMatchObject({
          message: expect.stringContaining("Could not find public function") as string,
        });
      }
      expect(await client.query(api.messages.count, {})).toEqual(expect.any(Number));
    });
  });

  describe("values", () => {
    it.each([
      ["integers", [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n)]],
      ["floats", [0, -0, NaN, Infinity, -Infinity, 5e-324, 1.7976931348623157e308, 0.1]],
      ["bytes", [new ArrayBuffer(0), new Uint8Array([0, 1, 254, 255]).buffer]],
      ["strings", ["", "é€😀", "\u0000", "a".repeat(100_000)]],
      ["booleans and null", [true, false, null]],
      ["deep objects", [{ a: { b: { c: [{ d: [[1n]] }] } } }, {}]],
    ])("[EC12] %s come back as they went", async (_, values) => {
      const client = reactiveClient(engine.url);
      for (const value of values) {
        expect(await client.query(api.values.echo, { value })).toStrictEqual(value);
        expect(await client.action(api.values.echoAction, { value })).toStrictEqual(value);
        const id = await client.mutation(api.values.store, { value });
        expect(await client.query(api.values.read, { id })).toStrictEqual(value);
      }
    });

    it("[EC11] a result of more than 5 MB arrives whole", async () => {
      const client = reactiveClient(engine.url);
      const large = await client.query(api.values.large, { megabytes: 12 });
      expect(large).toBe("0123456é9".repeat(1_200_000));
    });

    it("[EC11] a result beyond 16 MiB is an error of the call", async () => {
      const client = reactiveClient(engine.url);
      await expect(client.query(api.values.large, { megabytes: 25 })).rejects.toThrow();
      expect(await client.query(api.values.echo, { value: 1 })).toBe(1);
    });
  });

  it("actions run beside mutations, on both runtimes, and their writes are seen", async () => {
    const client = reactiveClient(engine.url);
    const lengths: number[] = [];
    client.onUpdate(api.messages.list, { room }, (messages) => lengths.push(messages.length));
    expect(await client.action(api.actions.sendTwice, { room })).toBe(2);
    await vi.waitFor(() => expect(lengths.at(-1)).toBe(2));
    const digest = await client.action(api.nodeActions.sha256, { text: "abc" });
    expect(digest).toMatch(/^ba7816bf/);
  });

  it("a scheduled function runs and its writes are seen", async () => {
    const client = reactiveClient(engine.url);
    const bodies: string[][] = [];
    client.onUpdate(api.messages.list, { room }, (messages) =>
      bodies.push(messages.map(({ body }) => body)),
    );
    await client.mutation(api.jobs.sendLater, { room, body: "later", milliseconds: 20 });
    await vi.waitFor(() => expect(bodies.at(-1)).toEqual(["later"]));
  });

  it("the React client watches, mutates and is told once per change", async () => {
    const client = new ConvexReactClient(engine.url, {
      logger: false,
      webSocketConstructor: WebSocket as unknown as typeof globalThis.WebSocket,
    });
    onTestFinished(() => client.close());
    const watch = client.watchQuery(api.counters.read, { name: room });
    const seen: (number | undefined)[] = [];
    onTestFinished(watch.onUpdate(() => seen.push(watch.localQueryResult())));
    await vi.waitFor(() => expect(seen).toEqual([0]));
    await client.mutation(api.counters.add, { name: room, amount: 3 });
    expect(seen).toEqual([0, 3]);
  });

  it("[EC3] the React client under optimistic updates never shows a step back", async () => {
    const client = new ConvexReactClient(engine.url, {
      logger: false,
      webSocketConstructor: WebSocket as unknown as typeof globalThis.WebSocket,
    });
    onTestFinished(() => client.close());
    const watch = client.watchQuery(api.counters.read, { name: room });
    const seen: number[] = [];
    onTestFinished(watch.onUpdate(() => seen.push(watch.localQueryResult() ?? -1)));
    await vi.waitFor(() => expect(seen).toEqual([0]));
    const add = () =>
      client.mutation(
        api.counters.add,
        { name: room, amount: 1 },
        {
          optimisticUpdate(store, { name, amount }) {
            const count = store.getQuery(api.counters.read, { name }) ?? 0;
            store.setQuery(api.counters.read, { name }, count + amount);
          },
        },
      );
    expect(await Promise.all(Array.from({ length: 20 }, add))).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(20);
  });

  it("[EC14] a client that idles is kept by pings, without a reconnect", async () => {
    const proxy = await startTcpProxy(Number(new URL(engine.url).port));
    onTestFinished(() => proxy.close());
    const client = reactiveClient(proxy.address);
    await client.query(api.messages.count, {});
    // The interval itself is proved by a test of the outbox with a clock of its own.
    expect(proxy.connections()).toBe(1);
    expect(client.connectionState()).toMatchObject({ isWebSocketConnected: true });
  });
});

async function baseClientQuery(address: string, path: string): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const client = baseClient(address, () => {
    try {
      const result: unknown = client.localQueryResult(path, {});
      if (result !== undefined) resolve(result);
    } catch (error) {
      reject(error);
    }
  });
  client.subscribe(path, {});
  return await promise;
}
