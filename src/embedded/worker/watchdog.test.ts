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
    writer.enter(loop, 0);
    writer.beat();
    expect(watchdog.tick()).toBe("alive");
  }
});

it("[ES1] a function that holds the thread for about three seconds is named", () => {
  const { writer, watchdog, ticksUntilVerdict } = setUp();
  writer.beat();
  watchdog.tick();
  writer.enter(loop, 0);
  expect(ticksUntilVerdict(100)).toEqual({ ticks: 3000 / TICK_MS + 1, culprit: callNote(loop) });
});

it("[ES1] the engine's own work has far more time, and accuses no function that ran before it", () => {
  const { writer, watchdog, ticksUntilVerdict } = setUp();
  writer.enter(loop, 0);
  writer.beat();
  watchdog.tick();
  expect(ticksUntilVerdict(100)).toBe("alive");
  expect(ticksUntilVerdict(1000)).toMatchObject({ culprit: null });
});

it("[ES1] many calls in a row that leave no time to beat are no loop", () => {
  const { writer, watchdog } = setUp();
  writer.beat();
  for (let i = 0; i < 200; i++) {
    if (i % 4 === 0) writer.enter({ ...loop }, 0);
    expect(watchdog.tick()).toBe("alive");
  }
});

it("the last function that got the thread is the one that is named", () => {
  const { writer, watchdog, ticksUntilVerdict } = setUp();
  writer.beat();
  watchdog.tick();
  const longer = { ...loop, path: "a/much/longer/path/than/the/other:one", args: [{ n: 1 }] };
  for (const call of [longer, loop, longer, loop]) writer.enter(call, 0);
  expect(ticksUntilVerdict(100)).toMatchObject({ culprit: callNote(loop) });
});

it("calls with different arguments are told apart", () => {
  expect(callNote({ ...loop, args: [{ n: 1 }] })).not.toEqual(callNote(loop));
});
