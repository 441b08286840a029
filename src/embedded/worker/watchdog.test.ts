import { expect, it } from "vitest";

import type { RunningCall } from "../functions/functionCall.ts";
import { callNote, createHeartbeatMemory, HeartbeatReader, HeartbeatWriter } from "./heartbeat.ts";
import { TICK_MS, Watchdog } from "./watchdog.ts";

const loop: RunningCall = { kind: "query", path: "loops:inQuery", args: [{}] };

function setUp() {
  const memory = createHeartbeatMemory();
  const writer = new HeartbeatWriter(memory);
  const watchdog = new Watchdog(new HeartbeatReader(memory));
  /** Ticks until the watchdog loses patience, at most so many. */
  function ticksUntilVerdict(limit: number) {
    for (let ticks = 1; ticks <= limit; ticks++) {
      const verdict = watchdog.tick();
      if (verdict !== "alive") return { ticks, culprit: verdict.culprit };
    }
    return "alive";
  }
  return { writer, watchdog, ticksUntilVerdict };
}

it("[ES1] a thread that beats is alive, whatever it runs", () => {
  const { writer, watchdog } = setUp();
  for (let i = 0; i < 1000; i++) {
    writer.enter(loop);
    writer.beat();
    expect(watchdog.tick()).toBe("alive");
  }
});

it("[ES1] a function that holds the thread for about three seconds is named", () => {
  const { writer, watchdog, ticksUntilVerdict } = setUp();
  writer.beat();
  watchdog.tick();
  writer.enter(loop);
  expect(ticksUntilVerdict(100)).toEqual({ ticks: 3000 / TICK_MS + 1, culprit: callNote(loop) });
});

it("[ES1] the engine's own work has far more time, and accuses no function that ran before it", () => {
  const { writer, watchdog, ticksUntilVerdict } = setUp();
  writer.enter(loop);
  writer.beat();
  watchdog.tick();
  expect(ticksUntilVerdict(100)).toBe("alive");
  expect(ticksUntilVerdict(1000)).toMatchObject({ culprit: null });
});

it("[ES1] many calls in a row that leave no time to beat are no loop", () => {
  const { writer, watchdog } = setUp();
  writer.beat();
  for (let i = 0; i < 200; i++) {
    if (i % 4 === 0) writer.enter({ ...loop });
    expect(watchdog.tick()).toBe("alive");
  }
});

it("[ES1] a call that takes memory without end is named; what other calls take is not its fault", () => {
  const { writer, watchdog } = setUp();
  const GIB = 2 ** 30;
  for (let bytes = 0; bytes < 10 * GIB; bytes += GIB) {
    writer.enter({ ...loop });
    expect(watchdog.measured(bytes)).toBe("alive");
  }
  writer.beat();
  expect(watchdog.measured(0)).toBe("alive");
  expect(watchdog.measured(10 * GIB)).toBe("alive");
  writer.enter(loop);
  expect(watchdog.measured(10 * GIB)).toBe("alive");
  expect(watchdog.measured(10 * GIB + 2 ** 28)).toBe("alive");
  expect(watchdog.measured(11 * GIB)).toEqual({ culprit: callNote(loop), excess: "memory" });
});

it("the last function that got the thread is the one that is named", () => {
  const { writer, watchdog, ticksUntilVerdict } = setUp();
  writer.beat();
  watchdog.tick();
  const longer = { ...loop, path: "a/much/longer/path/than/the/other:one", args: [{ n: 1 }] };
  for (const call of [longer, loop, longer, loop]) writer.enter(call);
  expect(ticksUntilVerdict(100)).toMatchObject({ culprit: callNote(loop) });
});

it("calls with different arguments are told apart", () => {
  expect(callNote({ ...loop, args: [{ n: 1 }] })).not.toEqual(callNote(loop));
});
