import { expect, it } from "vitest";

import type { RunningCall } from "../functions/functionCall.ts";
import { createHeartbeatMemory, HeartbeatReader, HeartbeatWriter } from "./heartbeat.ts";
import { MAX_LIVE_GROWTH_BYTES, MemoryWatch } from "./memoryWatch.ts";

const call: RunningCall = { kind: "query", path: "hoards:all", args: [{}] };
const MIB = 2 ** 20;
const LIMIT = MAX_LIVE_GROWTH_BYTES;

function setUp({ heldBytes }: { heldBytes: number }) {
  const memory = createHeartbeatMemory();
  const writer = new HeartbeatWriter(memory);
  const watch = new MemoryWatch(new HeartbeatReader(memory));
  writer.enter(call, heldBytes);
  return { writer, watch };
}

it("[RA3] a call is suspected once the thread holds more, and judged by what of it is alive", () => {
  const { watch } = setUp({ heldBytes: 500 * MIB });
  expect(watch.held(500 * MIB + LIMIT)).toMatchObject({ isSuspicious: false });
  expect(watch.held(500 * MIB + LIMIT + 1)).toEqual({ growthBytes: LIMIT + 1, isSuspicious: true });
  expect(watch.alive(500 * MIB + LIMIT)).toBe(false);
  expect(watch.alive(500 * MIB + LIMIT + 1)).toBe(true);
});

it("[RA6] what other calls took is not its fault", () => {
  const { writer, watch } = setUp({ heldBytes: 0 });
  watch.held(0);
  writer.enter({ ...call }, 1_000 * MIB);
  expect(watch.isSameCall).toBe(false);
  expect(watch.held(1_000 * MIB + LIMIT)).toMatchObject({ isSuspicious: false });
  expect(watch.isSameCall).toBe(true);
  writer.beat(); // it has ended while the thread collected
  expect(watch.alive(2_000 * MIB)).toBe(false);
});

it("[RA3] a collection shows what was dead when the call began", () => {
  const { watch } = setUp({ heldBytes: 300 * MIB });
  watch.held(300 * MIB + LIMIT + 1);
  expect(watch.alive(50 * MIB)).toBe(false);
  expect(watch.held(50 * MIB + LIMIT + 1)).toMatchObject({ isSuspicious: true });
  expect(watch.alive(50 * MIB + LIMIT + 1)).toBe(true);
});

it("[RA6] after a collection that found nothing amiss there is none for a while", () => {
  const { watch } = setUp({ heldBytes: 0 });
  watch.held(LIMIT + 1);
  watch.alive(LIMIT);
  expect(watch.held(LIMIT + 30 * MIB)).toMatchObject({ isSuspicious: false });
  expect(watch.held(LIMIT + 33 * MIB)).toMatchObject({ isSuspicious: true });
});
