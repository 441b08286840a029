import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { createGuardMemory, StretchWatch } from "../functions/isolate/stretchGuard.ts";
import { createHeartbeatMemory, HeartbeatReader, HeartbeatWriter } from "./heartbeat.ts";
import { ThreadGuard, type GuardedThread } from "./threadGuard.ts";
import { TICK_MS } from "./watchdog.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A function that holds a gigabyte, of which little is alive, and goes on. */
function setUp() {
  const memory = createHeartbeatMemory();
  new HeartbeatWriter(memory).enter({ kind: "query", path: "hoards:all", args: [{}] }, 0);
  const stretch = new StretchWatch(createGuardMemory());
  const asked = { live: 0, cutOffs: 0 };
  let heldBytes = 2 ** 30;
  const thread: GuardedThread = {
    cpuMs: () => Promise.resolve(0),
    memoryBytes: () => Promise.resolve((heldBytes += 2 ** 26)),
    liveBytes: () => Promise.resolve((asked.live += 1)),
    cutOff: () => Promise.resolve(void (asked.cutOffs += 1)),
  };
  const heartbeat = new HeartbeatReader(memory);
  const guard = new ThreadGuard({ thread, heartbeat, stretch, onHopeless: () => undefined });
  return { guard, asked, stretch };
}

it("[RA6] what is alive is looked at while the function runs", async () => {
  const { guard, asked } = setUp();
  await vi.advanceTimersByTimeAsync(3 * TICK_MS);
  expect(asked.live).toBeGreaterThan(1);
  expect(asked.cutOffs).toBe(0);
  guard.stop();
});

it("[RA1] nothing is asked of a thread between a strike and its end, which the asking would swallow", async () => {
  const { guard, asked, stretch } = setUp();
  vi.spyOn(stretch, "isStriking", "get").mockReturnValue(true);
  await vi.advanceTimersByTimeAsync(3 * TICK_MS);
  expect(asked.live).toBe(0);
  guard.stop();
});
