import { expect, it } from "vitest";
import { createFakeClock } from "../../test/support/fakeClock.ts";
import type { CanvasObject } from "../../convex/contract/boardOps.ts";
import { endOfMark, MarkExpiry } from "./markExpiry.ts";

const ping = (expiresAt?: number): CanvasObject => ({
  id: "p",
  kind: "pointer_ping",
  metadata: expiresAt === undefined ? {} : { expiresAt },
});

it("[WB10] a writer's clock that is wrong neither ends a mark at once nor keeps it for ever", () => {
  expect(endOfMark(ping(12_000), 10_000)).toBe(12_000);
  expect(endOfMark(ping(1), 10_000)).toBe(13_000);
  expect(endOfMark(ping(9_000_000), 10_000)).toBe(13_000);
  expect(endOfMark(ping(), 10_000)).toBeUndefined();
});

it("[WB10] a mark that is drawn again lives anew; one that is deleted leaves no timer", async () => {
  const clock = createFakeClock(0);
  const marks = new Map<string, CanvasObject>([["p", ping(2_000)]]);
  const expired: string[][] = [];
  const expiry = new MarkExpiry(clock, (keys) => {
    expired.push(keys);
    for (const key of keys) marks.delete(key);
    expiry.follow(marks);
  });
  expiry.follow(marks);
  await clock.advance(1_500);
  marks.set("p", ping(3_500));
  expiry.follow(marks);
  await clock.advance(1_900);
  expect(expired).toEqual([]);
  await clock.advance(200);
  expect(expired).toEqual([["p"]]);
  expect(clock.pending()).toBe(0);
});

it("[WB10] what ran out while no server was there goes when the board is loaded", () => {
  const clock = createFakeClock(10_000);
  const expired: string[][] = [];
  const expiry = new MarkExpiry(clock, (keys) => expired.push(keys));
  expiry.restore(new Map([["p", ping(2_000)]]));
  expect(expired).toEqual([["p"]]);
});
