import fc from "fast-check";
import { expect, it } from "vitest";
import { createFakeClock, settle } from "../../../test/support/fakeClock.ts";
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import { BoardHistory, VERSION_INTERVAL_MS } from "./boardHistory.ts";
import type { VersionAbout } from "./versionArchive.ts";

const by = (id: string, authorId?: string): CanvasObject => ({
  id,
  kind: "rect",
  metadata: authorId === undefined ? { source: "assistant" } : { authorId },
});

function createWorld(writeMs = 10) {
  const clock = createFakeClock();
  const world = {
    clock,
    objects: [] as CanvasObject[],
    boardSeq: 0,
    newest: null as number | null,
    written: [] as (VersionAbout & { state: number })[],
    failNext: false,
    isUnwanted: false,
    reported: [] as unknown[],
  };
  let keys = 0;
  const history = new BoardHistory({
    picture: () => ({
      state: Uint8Array.of(world.boardSeq),
      objects: world.objects,
      boardSeq: world.boardSeq,
      told: new Map(),
    }),
    tellKept: () => undefined,
    async write(about, state) {
      const fails = world.failNext;
      world.failNext = false;
      await new Promise<void>((resolve) => void clock.after(writeMs, resolve));
      if (fails) throw new Error("store is away");
      if (world.isUnwanted) return null;
      world.newest = about.boardSeq;
      return `v${world.written.push({ ...about, state: state[0] ?? 0 })}`;
    },
    newestSeq: () => Promise.resolve(world.newest),
    newKey: () => `key-${++keys}`,
    clock,
    onError: (error) => world.reported.push(error),
  });
  const change = (author: string | null = "ada", key = "a") => {
    world.boardSeq++;
    history.markChanged();
    history.credit([{ author, key }], undefined);
  };
  const kinds = () => world.written.map(({ cause }) => cause.kind);
  return { world, history, clock, change, kinds };
}

it("[BH6] minutes of change make a version, quiet makes none", async () => {
  const { history, clock, change, kinds } = createWorld();
  await clock.advance(3 * VERSION_INTERVAL_MS);
  expect(kinds()).toEqual([]);
  for (let i = 0; i < 62; i++) {
    change();
    await clock.advance(VERSION_INTERVAL_MS / 30);
  }
  expect(kinds()).toEqual(["interval", "interval"]);
  change();
  await clock.advance(3 * VERSION_INTERVAL_MS);
  expect(kinds()).toHaveLength(3);
  expect(clock.pending()).toBe(0);
  await history.close(false);
});

it("[BH6] a turn makes a version of a board that has changed, and only then", async () => {
  const { history, clock, change, world } = createWorld();
  history.turnEnded("t1");
  await clock.advance(100);
  expect(world.written).toEqual([]);
  change(null, "drawn");
  history.turnEnded("t2");
  history.turnEnded("t3");
  await clock.advance(2 * VERSION_INTERVAL_MS);
  expect(world.written.map(({ cause }) => cause)).toEqual([{ kind: "turn", turnId: "t2" }]);
});

it("[BH6] a name is kept whatever has been before; the same board is not kept again for a restore", async () => {
  const { history, clock, change, kinds } = createWorld(0);
  const waiting = async <T>(promise: Promise<T>) => {
    await clock.advance(1);
    return await promise;
  };
  expect(await waiting(history.keepNamed("Empty", "ada"))).toBe("v1");
  expect(await waiting(history.keepNamed("Again", "ada"))).toBe("v2");
  expect(await waiting(history.keepBeforeRestore())).toBe("v2");
  change();
  expect(await waiting(history.keepBeforeRestore())).toBe("v3");
  expect(kinds()).toEqual(["named", "named", "restore"]);
});

it("[BH6] a room that is given up keeps what has no version yet, also what a dead companion left", async () => {
  for (const [boardSeq, newest, expected] of [
    [5, null, ["left"]],
    [5, 4, ["left"]],
    [5, 5, []],
    [0, null, []],
  ] as const) {
    const { history, clock, kinds, world } = createWorld();
    Object.assign(world, { boardSeq, newest });
    const closed = history.close(true);
    await clock.advance(100);
    await closed;
    expect(kinds()).toEqual(expected);
  }
  const drained = createWorld();
  drained.change();
  await drained.history.close(false);
  expect(drained.kinds()).toEqual([]);
  expect(drained.clock.pending()).toBe(0);
});

it("[BH9] who drew what: by what objects say, and by what the server saw since the version before", async () => {
  const { history, clock, change, world } = createWorld();
  world.objects = [by("a", "ada"), by("b", "ada"), by("c"), { id: "d", kind: "rect" }];
  for (const key of ["a", "b", "b"]) change("bob", key);
  change("eve", "gone");
  change(null, "c");
  const kept = history.keepNamed("N", "ada");
  change("late", "x"); // while it is written
  await clock.advance(100);
  await kept;
  expect(world.written[0]).toMatchObject({
    objectCount: 4,
    contributions: [
      { userId: "bob", objects: 0, changed: 2 },
      { userId: null, objects: 1, changed: 1 },
      { userId: "ada", objects: 2, changed: 0 },
      { userId: "eve", objects: 0, changed: 1 },
    ],
  });
  history.turnEnded("t");
  await clock.advance(100);
  expect(world.written[1]?.contributions).toContainEqual({
    userId: "late",
    objects: 0,
    changed: 1,
  });
  expect(world.written[1]?.contributions).not.toContainEqual(
    expect.objectContaining({ userId: "bob" }),
  );
});

it("[BH9] a version that cannot be written, or is not wanted, leaves its changes to the next one", async () => {
  const { history, clock, change, world, kinds } = createWorld();
  change("bob", "a");
  world.failNext = true;
  await clock.advance(VERSION_INTERVAL_MS + 100);
  expect(world.reported).toHaveLength(1);
  world.isUnwanted = true; // another companion was faster
  await clock.advance(VERSION_INTERVAL_MS);
  expect(kinds()).toEqual([]);
  world.isUnwanted = false;
  change("eve", "b");
  await clock.advance(VERSION_INTERVAL_MS + 100);
  expect(world.written.map(({ contributions }) => contributions)).toEqual([
    [
      { userId: "bob", objects: 0, changed: 1 },
      { userId: "eve", objects: 0, changed: 1 },
    ],
  ]);
  world.failNext = true;
  await expect(Promise.all([history.keepNamed("N", "ada"), clock.advance(100)])).rejects.toThrow(
    "away",
  );
});

it("[BH6] [BH9] whatever happens, the last state is kept in the end and no change is credited twice", async () => {
  const step = fc.oneof(
    fc.record({ type: fc.constant("change" as const), who: fc.constantFrom("ada", "bob", null) }),
    fc.record({ type: fc.constant("wait" as const), ms: fc.nat(VERSION_INTERVAL_MS) }),
    fc.record({ type: fc.constantFrom("turn" as const, "name" as const, "failNext" as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.nat(5_000), async (steps, writeMs) => {
      const { history, clock, change, world } = createWorld(writeMs);
      let changes = 0;
      for (const one of steps) {
        if (one.type === "change") change(one.who, `key-${++changes}`);
        else if (one.type === "wait") await clock.advance(one.ms);
        else if (one.type === "turn") history.turnEnded("t");
        else if (one.type === "name") history.keepNamed("N", "ada").catch(() => undefined);
        else world.failNext = true;
      }
      await clock.advance(2 * VERSION_INTERVAL_MS + 3 * writeMs); // what failed is kept later
      world.failNext = false;
      const closed = history.close(true);
      await clock.advance(2 * writeMs + 1);
      await clock.advance(2 * writeMs + 1);
      await closed;
      await settle();
      expect(clock.pending()).toBe(0);
      const credited = world.written.flatMap(({ contributions }) => contributions);
      expect(credited.reduce((sum, { changed }) => sum + changed, 0)).toBe(changes);
      if (changes > 0) expect(Math.max(...world.written.map(({ state }) => state))).toBe(changes);
    }),
  );
});

it("[BH13] what another companion keeps while one's own version is refused does not come back", async () => {
  const { world, history, clock } = createWorld();
  history.markChanged();
  history.credit([{ author: "ada", key: "a" }], new Map([["b.1", 1]]));
  history.credit([{ author: "bob", key: "b" }], new Map([["b.1", 2]]));
  world.isUnwanted = true;
  history.turnEnded("turn");
  await clock.advance(5);
  history.keptElsewhere(new Map([["b.1", 1]]), false);
  await clock.advance(10);
  expect(history.credits().map(({ author }) => author)).toEqual(["bob"]);
});

it("[BS6] a version says which stored pictures it shows, unless objects name more than there can be", async () => {
  const { history, clock, world } = createWorld();
  const image = (id: string, src: string) => ({ id, kind: "image" as const, src });
  const group = { id: "g", kind: "group" as const, objects: [image("m", "file:b")] };
  world.objects = [image("1", "file:a"), image("2", "file:a"), image("3", "/c.png"), group];
  void history.keepNamed("N", "ada");
  await clock.advance(100);
  expect(world.written[0]).toMatchObject({ imageIds: ["a", "b"] });
  world.objects = Array.from({ length: 1_001 }, (_, i) => image(`${i}`, `file:${i}`));
  void history.keepNamed("Many", "ada");
  await clock.advance(100);
  expect(world.written[1]).not.toHaveProperty("imageIds");
});
