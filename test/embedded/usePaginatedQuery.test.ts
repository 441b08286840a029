/** The stock React hook on a live engine: real React, the real client, a real socket. */
import { ConvexProvider, ConvexReactClient, usePaginatedQuery } from "convex/react";
import { createElement } from "react";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { WebSocket } from "ws";

import { api } from "../fixtures/convex-projects/conformance/convex/_generated/api.js";
import { startTestEngine, type TestEngine } from "../support/convexEngine.ts";
import { renderHook } from "../support/renderHook.ts";

const INITIAL_ITEMS = 5;

interface List {
  readonly results: readonly { _id: string; order: number }[];
  readonly status: string;
  readonly isLoading: boolean;
  loadMore(numItems: number): void;
}

describe("usePaginatedQuery", () => {
  let engine: TestEngine;
  let room: string;
  let client: ConvexReactClient;

  beforeAll(async () => {
    engine = await startTestEngine();
  });
  afterAll(() => engine.close());
  beforeEach(async () => {
    room = crypto.randomUUID();
    client = new ConvexReactClient(engine.url, {
      logger: false,
      webSocketConstructor: WebSocket as unknown as typeof globalThis.WebSocket,
    });
    onTestFinished(() => client.close());
    await client.mutation(api.messages.sendMany, { room, from: 10, to: 30 });
  });

  const upFrom = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => from + i);

  const send = (order: number) => client.mutation(api.messages.send, { room, body: "", order });

  function renderList(page: "page" | "pageFromFirst" | "pageOfEvens") {
    const hook = renderHook(
      () =>
        // Its types ask for the options that it fills in by itself.
        usePaginatedQuery(api.messages[page] as never, { room } as never, {
          initialNumItems: INITIAL_ITEMS,
        }) as unknown as List,
      (children) => createElement(ConvexProvider, { client }, children),
    );
    const orders = () => hook.current?.results.map(({ order }) => order);
    return {
      orders,
      status: () => hook.current?.status,
      loadMore: () => hook.current?.loadMore(INITIAL_ITEMS),
      remove: async (order: number) => {
        const found = hook.current?.results.find((one) => one.order === order);
        await client.mutation(api.messages.remove, { id: found?._id as never });
      },
      /** Asks for pages until there are no more. */
      exhaust: async () => {
        await vi.waitFor(() => {
          hook.current?.loadMore(INITIAL_ITEMS); // does nothing while pages are on their way
          expect(hook.current?.status).toBe("Exhausted");
        });
      },
    };
  }

  it("[PG13] inserts and deletes at the edge of a page leave no gap and show nothing twice", async () => {
    const { orders, loadMore, remove, exhaust } = renderList("page");
    await vi.waitFor(() => expect(orders()).toEqual(upFrom(10, 15)));
    loadMore();
    await vi.waitFor(() => expect(orders()).toEqual(upFrom(10, 20)));
    await send(14.5); // just behind the end of the first page
    await send(13.5);
    const grown = [...upFrom(10, 14), 13.5, 14, 14.5, ...upFrom(15, 20)];
    await vi.waitFor(() => expect(orders()).toEqual(grown));
    await remove(14); // the document at which the first page ends
    await remove(19); // and the second
    const shrunk = grown.filter((order) => order !== 14 && order !== 19);
    await vi.waitFor(() => expect(orders()).toEqual(shrunk));
    await send(19.5); // behind the end of the second page: not shown before more is asked for
    await exhaust();
    expect(orders()).toEqual([...shrunk, 19.5, ...upFrom(20, 30)]);
  });

  it("[PG13] a page that grows beyond twice its size is split, and shrinks to nothing", async () => {
    const { orders, remove } = renderList("page");
    await vi.waitFor(() => expect(orders()).toEqual(upFrom(10, 15)));
    const more = upFrom(1, 10).map((i) => 11 + i / 10);
    for (const order of more) await send(order);
    const all = [...upFrom(10, 15), ...more].sort((a, b) => a - b);
    await vi.waitFor(() => expect(orders()).toEqual(all));
    for (const order of all) await remove(order);
    await vi.waitFor(() => expect(orders()).toEqual([]));
    await send(12);
    await vi.waitFor(() => expect(orders()).toEqual([12]));
  });

  it("[PG13] pages that may read few rows show all the same what passes, once each", async () => {
    const { orders, exhaust } = renderList("pageOfEvens");
    await vi.waitFor(() => expect(orders()).not.toHaveLength(0));
    await exhaust();
    await vi.waitFor(() => expect(orders()).toEqual(upFrom(10, 30).filter((n) => n % 2 === 0)));
    for (const order of [10.5, 12, 12, 14, 29.5, 32]) await send(order);
    const expected = [10, 12, 12, 12, 14, 14, 16, 18, 20, 22, 24, 26, 28, 32];
    await vi.waitFor(() => expect(orders()).toEqual(expected));
  });

  it("[PG13] a list whose cursors fit no more begins anew", async () => {
    const { orders, loadMore } = renderList("pageFromFirst");
    await vi.waitFor(() => expect(orders()).toEqual(upFrom(10, 15)));
    loadMore();
    await vi.waitFor(() => expect(orders()).toEqual(upFrom(10, 20)));
    await send(5); // the range begins elsewhere: the pages are of another query now
    await vi.waitFor(() => expect(orders()).toEqual([5, ...upFrom(10, 14)]));
  });
});
