import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";

import type { PaginationResult } from "convex/server";

import { api } from "../fixtures/convex-projects/conformance/convex/_generated/api.js";
import {
  baseClient,
  reactiveClient,
  startTestEngine,
  type TestEngine,
} from "../support/convexEngine.ts";
import { startTcpProxy } from "../support/tcpProxy.ts";

type Page = PaginationResult<{ order: number }>;

describe("paginated queries, live", () => {
  let engine: TestEngine;
  let room: string;

  beforeAll(async () => {
    engine = await startTestEngine();
  });
  afterAll(() => engine.close());
  beforeEach(async () => {
    room = crypto.randomUUID();
    await reactiveClient(engine.url).mutation(api.messages.sendMany, { room, from: 10, to: 30 });
  });

  const insert = (order: number) =>
    reactiveClient(engine.url).mutation(api.messages.send, { room, body: `at ${order}`, order });

  /** Two pages of ten, watched by a client on which nothing but the protocol is done. */
  async function watchTwoPages(address: string) {
    const changes: string[] = [];
    const client = baseClient(address, (updated) => changes.push(...updated.map(String)));
    const args = (cursor: string | null) => ({
      room,
      paginationOpts: { numItems: 10, cursor },
    });
    const page = (cursor: string | null) =>
      client.localQueryResult("messages:page", args(cursor)) as Page | undefined;
    client.subscribe("messages:page", args(null));
    await vi.waitFor(() => expect(page(null)).toBeDefined());
    const cursor = page(null)!.continueCursor;
    client.subscribe("messages:page", args(cursor));
    await vi.waitFor(() => expect(page(cursor)).toBeDefined());
    changes.length = 0;
    return {
      client,
      changes,
      orders: () => [page(null), page(cursor)].map((p) => p?.page.map(({ order }) => order)),
    };
  }

  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

  it("[EC10] an insert into the first page makes it grow and leaves the second alone", async () => {
    const { orders, changes } = await watchTwoPages(engine.url);
    expect(orders()).toEqual([range(10, 20), range(20, 30)]);
    await insert(12.5);
    await vi.waitFor(() => expect(orders()[0]).toHaveLength(11));
    expect(orders()[1]).toEqual(range(20, 30));
    expect(changes).toHaveLength(1);
  });

  it("[EC10] pages keep their ends over a reconnect: no gap, nothing twice", async () => {
    const proxy = await startTcpProxy(Number(new URL(engine.url).port));
    onTestFinished(() => proxy.close());
    const { orders } = await watchTwoPages(proxy.address);
    await insert(12.5);
    await vi.waitFor(() => expect(orders()[0]).toHaveLength(11));
    proxy.cut();
    await insert(13.5);
    await insert(25.5);
    await vi.waitFor(() => expect(orders()[0]).toHaveLength(12));
    const all = orders().flat();
    expect(all).toEqual([...range(10, 30), 12.5, 13.5, 25.5].sort((a, b) => a - b));
  });

  it("[EC10] a cursor of another query is an error that restarts the list", async () => {
    const client = reactiveClient(engine.url);
    const first = await client.query(api.messages.page, {
      room,
      paginationOpts: { numItems: 5, cursor: null },
    });
    const foreign = client.query(api.messages.page, {
      room: `${room}-other`,
      paginationOpts: { numItems: 5, cursor: first.continueCursor },
    });
    await expect(foreign).rejects.toThrow(/InvalidCursor/);
  });

  it("[EC10] the stock paginated list loads more, grows, splits and stays complete", async () => {
    const client = reactiveClient(engine.url);
    let state: {
      results: { order: number }[];
      status: string;
      loadMore(n: number): boolean;
    } | null = null;
    const subscription = client.onPaginatedUpdate_experimental(
      api.messages.page,
      { room } as never, // its types ask for the options that it fills in by itself
      { initialNumItems: 5 },
      (value) => (state = value as never),
    );
    onTestFinished(() => {
      subscription();
    });
    const orders = () => state?.results.map(({ order }) => order);
    await vi.waitFor(() => expect(orders()).toEqual(range(10, 15)));
    state!.loadMore(5);
    await vi.waitFor(() => expect(orders()).toEqual(range(10, 20)));
    // More than twice what the first page was asked for: the client splits it.
    for (let i = 1; i <= 8; i++) await insert(11 + i / 10);
    const expected = [...range(10, 20), ...range(1, 9).map((i) => 11 + i / 10)].sort(
      (a, b) => a - b,
    );
    await vi.waitFor(() => expect(orders()).toEqual(expected));
    while (state!.status !== "Exhausted") {
      const before = orders()!.length;
      state!.loadMore(20);
      await vi.waitFor(() => {
        expect(state!.status).not.toBe("LoadingMore");
        expect(orders()!.length).toBeGreaterThanOrEqual(before);
      });
    }
    expect(orders()).toEqual([...new Set([...expected, ...range(20, 30)])].sort((a, b) => a - b));
  });
});
