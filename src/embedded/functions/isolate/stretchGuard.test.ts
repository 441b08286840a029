import { expect, it } from "vitest";

import { createGuardMemory, StretchGuard, StretchWatch } from "./stretchGuard.ts";

function guarded(): { guard: StretchGuard; watch: StretchWatch } {
  const memory = createGuardMemory();
  const guard = new StretchGuard();
  guard.share(memory);
  return { guard, watch: new StretchWatch(memory) };
}

/** A stretch as one is run, in a turn from which that is possible. */
function run(guard: StretchGuard, stretch: () => void): Promise<void> {
  return new Promise((resolve) => {
    guard.inTurn(() => {
      guard.run(stretch, () => undefined);
      resolve();
    });
  });
}

const TICK_MS = 500;

it("[SG1] nothing is struck while the engine works, nor when nothing runs", async () => {
  const { guard, watch } = guarded();
  watch.begin();
  const strikes = [watch.strike()];
  await run(guard, () => {
    guard.enterEngine();
    strikes.push(watch.strike());
    guard.enterEngine(); // within its own work it may be asked again
    strikes.push(watch.strike());
    guard.leaveEngine();
  });
  strikes.push(watch.strike());
  expect(strikes).toEqual([false, false, false, false]);
});

it("[SG1] what nobody could end is not struck", async () => {
  const { guard, watch } = guarded();
  let isStruck: boolean | undefined;
  await run(guard, () => (isStruck = watch.strike()));
  expect(isStruck).toBe(false);
});

it("[SG3] a stretch is long when it is the same for two seconds of ticks, half of them at work", async () => {
  const { guard, watch } = guarded();
  watch.begin();
  let cpuMs = 0;
  const tick = (workedMs = TICK_MS / 2): boolean => watch.isLong(TICK_MS, (cpuMs += workedMs));
  expect([tick(), tick(), tick(), tick(), tick()]).not.toContain(true); // idle, however long
  await run(guard, () => {
    expect([tick(), tick(), tick(), tick(), tick()]).toEqual([false, false, false, false, true]);
  });
  await run(guard, () => {
    expect(tick()).toBe(false);
    for (let ticks = 0; ticks < 100; ticks++) expect(tick(0)).toBe(false);
    expect([tick(), tick(), tick()]).not.toContain(true);
    expect(tick()).toBe(true);
  });
});

it("[SG2] a turn that is asked for from within a turn comes after it", async () => {
  const { guard, watch } = guarded();
  watch.begin();
  const order: string[] = [];
  await new Promise<void>((resolve) => {
    guard.inTurn(() => {
      guard.inTurn(() => {
        order.push(`inner ${guard.canRun}`);
        resolve();
      });
      order.push(`outer ${guard.canRun}`);
    });
  });
  expect(order).toEqual(["outer true", "inner true"]);
  expect(guard.canRun).toBe(false);
});
