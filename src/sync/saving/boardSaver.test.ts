import fc from "fast-check";
import { expect, it } from "vitest";
import { createFakeClock } from "../../../test/support/fakeClock.ts";
import { appError } from "../../../convex/contract/errors.ts";
import { BoardSaver, COMPACT_ROWS, SAVE_DELAY_MS } from "./boardSaver.ts";

/** A store that remembers numbers: an update is one or more of them. */
function createWorld(writeMs: number) {
  const clock = createFakeClock();
  const world = {
    clock,
    saved: [] as number[],
    rows: 0,
    reported: [] as unknown[],
    inFlight: 0,
    failNext: false,
    lastWriteAt: clock.now(),
    hasFailed: false,
    ended: [] as string[],
    compactions: 0,
  };
  async function write(work: () => void) {
    expect(++world.inFlight).toBe(1); // SV1
    const fails = world.failNext;
    world.failNext = false;
    await new Promise<void>((resolve) => void clock.after(writeMs, resolve));
    world.inFlight--;
    world.lastWriteAt = clock.now();
    world.hasFailed = fails;
    if (fails) throw new Error("store is away");
    work();
  }
  const saver = new BoardSaver({
    mayWrite: () => Promise.resolve(true),
    onStored: () => undefined,
    append: (update) =>
      write(() => {
        world.rows++;
        world.saved.push(...update);
      }),
    compact: () => write(() => world.compactions++),
    join: (change: number[], next) => change.push(...next),
    encode: (changes) => Uint8Array.from(changes.flat()),
    clock,
    random: () => 0.5,
    onError: (error) => world.reported.push(error),
    onFinalError: (code) => world.ended.push(code),
  });
  return { ...world, world, saver };
}

const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("drawing" as const),
      strokes: fc.integer({ min: 1, max: 30 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant("pause" as const), ms: fc.nat(4 * SAVE_DELAY_MS) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("failNextWrite" as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("hurry" as const) }) },
);

it("[SV1-SV3] [SV6] hold whatever the changes, write times and failures", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), fc.nat(800), async (steps, writeMs) => {
      const { world, saver, clock } = createWorld(writeMs);
      let next = 0;
      for (const action of steps) {
        if (action.type === "failNextWrite") world.failNext = true;
        else if (action.type === "hurry") saver.hurry();
        else if (action.type === "pause") await clock.advance(action.ms);
        else {
          for (let i = 0; i < action.strokes; i++) {
            saver.add([next++ % 256]);
            await clock.advance(40);
            const waitedMs =
              clock.now() - Math.max(saver.unsavedSince ?? clock.now(), world.lastWriteAt);
            const isPausing = world.hasFailed || world.inFlight > 0;
            if (!isPausing) expect(waitedMs).toBeLessThanOrEqual(SAVE_DELAY_MS); // SV2
          }
        }
      }
      world.failNext = false;
      const closed = saver.close();
      await clock.advance(4 * writeMs + 1);
      await closed;
      expect(world.saved).toEqual(Array.from({ length: next }, (_, i) => i % 256)); // SV3: all, in order
      expect(clock.pending()).toBe(0); // SV6
    }),
  );
});

it("[BW6] a board that is drawn on all the time is written once in the delay", async () => {
  const { world, saver, clock } = createWorld(30);
  const rowsIn = async (ms: number) => {
    const before = world.rows;
    for (let passed = 0; passed < ms; passed += 10) {
      saver.add([1]);
      await clock.advance(10);
    }
    return world.rows - before;
  };
  expect(await rowsIn(20 * SAVE_DELAY_MS)).toBeLessThanOrEqual(20);
});

it("[BW6] what must not wait is written as soon as the write before it has ended", async () => {
  const { world, saver, clock } = createWorld(100);
  saver.add([1]);
  await clock.advance(SAVE_DELAY_MS);
  saver.add([2]); // while the first is being written
  saver.hurry();
  await clock.advance(200);
  expect(world.saved).toEqual([1, 2]);
});

it("[SV4] a snapshot replaces many rows, and failing to make one loses nothing", async () => {
  const { world, saver, clock } = createWorld(0);
  for (let i = 0; i < COMPACT_ROWS; i++) {
    saver.add([i]);
    await clock.advance(SAVE_DELAY_MS);
  }
  await clock.advance(1_000);
  expect(world.compactions).toBe(1);
  expect(world.saved).toHaveLength(COMPACT_ROWS);
});

it("[SV4] what is too large for a row goes into a snapshot", async () => {
  const { world, saver, clock } = createWorld(0);
  saver.add(Array<number>(600 * 1024).fill(0));
  await clock.advance(1_000);
  expect([world.compactions, world.saved.length, saver.isIdle]).toEqual([1, 0, true]);
});

it("[SV5] a board that may no longer be written is given up, once", async () => {
  const clock = createFakeClock();
  const ended: string[] = [];
  const saver = new BoardSaver({
    mayWrite: () => Promise.resolve(true),
    onStored: () => undefined,
    append: () => Promise.reject(appError("NOT_FOUND")),
    compact: () => Promise.resolve(),
    join: (change: number[], next) => change.push(...next),
    encode: (changes) => Uint8Array.from(changes.flat()),
    clock,
    random: () => 0,
    onError: () => undefined,
    onFinalError: (code) => ended.push(code),
  });
  saver.add([1]);
  await clock.advance(5_000);
  saver.add([2]);
  await clock.advance(5_000);
  expect([ended, clock.pending(), saver.isIdle]).toEqual([["NOT_FOUND"], 0, true]);
});
