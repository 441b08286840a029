import type { ConnectionState } from "convex/browser";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { hurryConvex } from "./hurryConvex.ts";

const LONGEST_MS = 6_000; // what a person waits for at most once the server is back

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A client in a state of the test's choice, hurried. */
function hurriedClient() {
  let state = { isWebSocketConnected: true, connectionRetries: 0 } as ConnectionState;
  let tell: (state: ConnectionState) => void = () => undefined;
  const asked = vi.fn<(type: string) => void>();
  vi.stubGlobal("dispatchEvent", ({ type }: Event) => {
    asked(type);
  });
  const stop = hurryConvex({
    connectionState: () => state,
    subscribeToConnectionState: (listener) => {
      tell = listener;
      return () => (tell = () => undefined);
    },
  });
  const become = (next: Partial<ConnectionState>) => {
    state = { ...state, ...next };
    tell(state);
  };
  return { asked, become, stop };
}

it("[WP21] a client that has lost its server tries again after 6 s at most, however often it failed", () => {
  const { asked, become } = hurriedClient();
  for (const connectionRetries of [1, 2, 5, 50]) {
    become({ isWebSocketConnected: false, connectionRetries });
    asked.mockClear();
    vi.advanceTimersByTime(LONGEST_MS);
    expect(asked.mock.calls).toEqual([["online"]]);
  }
});

it("[WP21] a client that is connected, connects for the first time or is left is not hurried", () => {
  const { asked, become, stop } = hurriedClient();
  become({ isWebSocketConnected: false });
  become({ connectionRetries: 3 });
  become({ isWebSocketConnected: true });
  vi.advanceTimersByTime(LONGEST_MS);
  become({ isWebSocketConnected: false });
  stop();
  vi.advanceTimersByTime(LONGEST_MS);
  expect(asked).not.toHaveBeenCalled();
});
