import { expect, it } from "vitest";
import type { Id } from "../../convex/_generated/dataModel.js";
import { MAX_BOARDS_PER_APPEND } from "../../convex/contract/limits.ts";
import { createFakeClock } from "../../test/support/fakeClock.ts";
import { GROUP_MS, groupAppends, type Rows } from "./groupAppends.ts";

function setUp() {
  const clock = createFakeClock();
  const calls: string[][] = [];
  const append = groupAppends({
    appendOne: ({ sessionId }) => {
      calls.push([sessionId]);
      return Promise.resolve({ lastSeq: 1, token: 1 });
    },
    appendAll: (boards) => {
      calls.push(boards.map(({ sessionId }) => sessionId));
      if (boards.some(({ sessionId }) => sessionId === "down")) {
        return Promise.reject(new Error("Convex is away"));
      }
      return Promise.resolve(
        boards.map(({ sessionId }) =>
          sessionId === "gone" ? { code: "NOT_FOUND" as const } : { lastSeq: 1, token: 1 },
        ),
      );
    },
    clock,
  });
  const rowsOf = (sessionId: string, bytes = 1): Rows => ({
    sessionId: sessionId as Id<"sessions">,
    token: null,
    updates: [new ArrayBuffer(bytes)],
  });
  const appendAll = async (...boards: Rows[]) => {
    const settled = Promise.allSettled(boards.map((rows) => append(rows)));
    await clock.advance(GROUP_MS);
    return (await settled).map(({ status }) => status);
  };
  return { clock, calls, rowsOf, appendAll };
}

it("[BW4] boards that are saved together go in one call, one that is alone goes alone", async () => {
  const { clock, calls, rowsOf, appendAll } = setUp();
  await appendAll(rowsOf("a"), rowsOf("b"), rowsOf("c"));
  await appendAll(rowsOf("a"));
  expect(calls).toEqual([["a", "b", "c"], ["a"]]);
  expect(clock.pending()).toBe(0);
});

it("[BW4] a board that is refused keeps no other from being written", async () => {
  const { rowsOf, appendAll } = setUp();
  const outcomes = await appendAll(rowsOf("a"), rowsOf("gone"), rowsOf("b"));
  expect(outcomes).toEqual(["fulfilled", "rejected", "fulfilled"]);
});

it("[BW4] a call that fails fails for all in it, and the next one is tried", async () => {
  const { rowsOf, appendAll } = setUp();
  expect(await appendAll(rowsOf("a"), rowsOf("down"))).toEqual(["rejected", "rejected"]);
  expect(await appendAll(rowsOf("a"), rowsOf("b"))).toEqual(["fulfilled", "fulfilled"]);
});

it("[BW4] a call takes so many boards and bytes, and no more", async () => {
  const { calls, rowsOf, appendAll } = setUp();
  const many = Array.from({ length: MAX_BOARDS_PER_APPEND + 2 }, (_, i) => rowsOf(`board ${i}`));
  await appendAll(...many);
  expect(calls.map(({ length }) => length)).toEqual([MAX_BOARDS_PER_APPEND, 2]);
  calls.length = 0;
  const large = Array.from({ length: 6 }, (_, i) => rowsOf(`board ${i}`, 900 * 1024));
  await appendAll(...large);
  expect(calls.map(({ length }) => length)).toEqual([4, 2]);
});
