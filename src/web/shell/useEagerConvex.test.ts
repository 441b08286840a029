import { ConvexProvider, type ConvexReactClient } from "convex/react";
import { createElement } from "react";
import { expect, it, onTestFinished, vi } from "vitest";
import { renderHook } from "../../../test/support/renderHook.ts";
import { useEagerConvex } from "./useEagerConvex.ts";

const LONGEST_MS = 6_000; // what a person waits for at most once the server is back

/** A page whose Convex client is in a state of the test's choice. */
async function openPage() {
  let state = { isWebSocketConnected: true, connectionRetries: 0 };
  const listeners = new Set<() => void>();
  const asked = vi.fn<(type: string) => void>();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  vi.stubGlobal("dispatchEvent", ({ type }: Event) => {
    asked(type);
  });
  onTestFinished(() => void vi.useRealTimers());
  const client = {
    connectionState: () => state,
    subscribeToConnectionState(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  renderHook(useEagerConvex, (children) =>
    createElement(ConvexProvider, { client: client as unknown as ConvexReactClient }, children),
  );
  await vi.waitFor(() => expect(listeners.size).toBe(1));
  return {
    asked,
    /** Resolves once the page has taken note of it. */
    become: async (next: typeof state) => {
      state = next;
      for (const tell of listeners) tell();
      await new Promise((done) => setImmediate(done));
    },
  };
}

it("[WP21] a client that has lost its server tries again after 6 s at most, however often it failed", async () => {
  const { asked, become } = await openPage();
  for (const connectionRetries of [1, 2, 5, 50]) {
    await become({ isWebSocketConnected: false, connectionRetries });
    asked.mockClear();
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
    vi.advanceTimersByTime(LONGEST_MS);
    expect(asked.mock.calls).toEqual([["online"]]);
  }
});

it("[WP21] a client that is connected, or connects for the first time, is left alone", async () => {
  const { asked, become } = await openPage();
  await become({ isWebSocketConnected: false, connectionRetries: 0 });
  await become({ isWebSocketConnected: true, connectionRetries: 3 });
  vi.advanceTimersByTime(LONGEST_MS);
  expect(asked).not.toHaveBeenCalled();
});
