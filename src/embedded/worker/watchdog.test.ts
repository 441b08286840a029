import { expect, it } from "vitest";

import type { RunningCall } from "../functions/functionCall.ts";
import { callNote, createHeartbeatMemory, HeartbeatReader, HeartbeatWriter } from "./heartbeat.ts";
import { TICK_MS, Watchdog } from "./watchdog.ts";

const SECOND_TICKS = 1_000 / TICK_MS;

const loop: RunningCall = { kind: "query", path: "loops:inQuery", args: [{}] };

function setUp() {
  const memory = createHeartbeatMemory();
  const writer = new HeartbeatWriter(memory);
  const watchdog = new Watchdog(new HeartbeatReader(memory));
  let cpuMs = 0;
  /** Ticks until the watchdog loses patience, at most so many. @param share what of them the thread works */
  function ticksUntilVerdict(limit: number, share = 1) {
    for (let ticks = 1; ticks <= limit; ticks++) {
      const verdict = watchdog.tick(cpuMs);
      cpuMs += share * TICK_MS;
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
    expect(watchdog.tick(i * TICK_MS)).toBe("alive");
  }
});

it("[ES1] a function that holds the thread for about three seconds is named", () => {
  const { writer, watchdog, ticksUntilVerdict } = setUp();
  writer.beat();
  watchdog.tick(0);
  writer.enter(loop, 0);
  expect(ticksUntilVerdict(100)).toEqual({ ticks: 3000 / TICK_MS + 1, culprit: callNote(loop) });
});

it("[ES1] the engine's own work has far more time, and accuses no function that ran before it", () => {
  const { writer, watchdog, ticksUntilVerdict } = setUp();
  writer.enter(loop, 0);
  writer.beat();
  watchdog.tick(0);
  expect(ticksUntilVerdict(100)).toBe("alive");
  expect(ticksUntilVerdict(1000)).toMatchObject({ culprit: null });
});

it("[RA7] one call that gets little of the processor is stuck when it has had twice what it may use", () => {
  const { writer, watchdog, ticksUntilVerdict } = setUp();
  watchdog.tick(0);
  writer.enter(loop, 0);
  expect(ticksUntilVerdict(1_000, 0.1)).toMatchObject({ ticks: 20 * SECOND_TICKS + 1 });
  const culprit = callNote(loop);
  writer.enter({ ...loop }, 0);
  expect(ticksUntilVerdict(1_000, 0.5)).toEqual({ ticks: 4 * SECOND_TICKS + 1, culprit });
});

it("[RA7] what a thread had of the processor before a call is not the call's", () => {
  const { writer, watchdog, ticksUntilVerdict } = setUp();
  watchdog.tick(0);
  writer.enter(loop, 0);
  expect(ticksUntilVerdict(2 * SECOND_TICKS)).toBe("alive");
  writer.enter({ ...loop }, 0);
  expect(ticksUntilVerdict(10 * SECOND_TICKS, 0.1)).toBe("alive");
});

it("[RA7] the engine's own work is not too long where it hardly gets the processor", () => {
  const { writer, ticksUntilVerdict } = setUp();
  writer.beat();
  expect(ticksUntilVerdict(300 * SECOND_TICKS, 0.1)).toBe("alive");
  expect(ticksUntilVerdict(300 * SECOND_TICKS, 0.1)).toMatchObject({ culprit: null });
});

it("[RA8] a thread that takes no processor and turns no loop is given up after a minute, and blames nobody", () => {
  const { writer, ticksUntilVerdict } = setUp();
  writer.beat();
  writer.enter(loop, 0);
  const ticks = 60 * SECOND_TICKS + 1;
  expect(ticksUntilVerdict(2 * ticks, 0)).toEqual({ ticks, culprit: null });
});

it("[RA8] a thread that worked before it was blocked has a minute from then on", () => {
  const { writer, ticksUntilVerdict } = setUp();
  writer.beat();
  expect(ticksUntilVerdict(10 * SECOND_TICKS)).toBe("alive");
  const minute = 60 * SECOND_TICKS;
  expect(ticksUntilVerdict(2 * minute, 0)).toMatchObject({
    ticks: expect.closeTo(minute, -1) as number,
    culprit: null,
  });
});

it("[ES1] many calls in a row that leave no time to beat are no loop", () => {
  const { writer, watchdog } = setUp();
  writer.beat();
  for (let i = 0; i < 200; i++) {
    if (i % 4 === 0) writer.enter({ ...loop }, 0);
    expect(watchdog.tick(i * TICK_MS)).toBe("alive");
  }
});

it("the last function that got the thread is the one that is named", () => {
  const { writer, watchdog, ticksUntilVerdict } = setUp();
  writer.beat();
  watchdog.tick(0);
  const longer = { ...loop, path: "a/much/longer/path/than/the/other:one", args: [{ n: 1 }] };
  for (const call of [longer, loop, longer, loop]) writer.enter(call, 0);
  expect(ticksUntilVerdict(100)).toMatchObject({ culprit: callNote(loop) });
});

it("calls with different arguments are told apart", () => {
  expect(callNote({ ...loop, args: [{ n: 1 }] })).not.toEqual(callNote(loop));
});
