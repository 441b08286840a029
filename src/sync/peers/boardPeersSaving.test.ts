/** Which of several companions saves a board, and how what one saved unheard is found. */
import { expect, it } from "vitest";
import * as Y from "yjs";
import {
  createWorld,
  drawing,
  rect,
  join,
  idsOn,
  stored,
} from "../../../test/support/boardCompanions.ts";
import { encodeUpdateMessage } from "../../protocol/boardMessages.ts";
import { EVICTION_GRACE_MS } from "../boardRooms.ts";
import { LEASE_MS } from "./boardRelay.ts";
import { PATIENCE_MS } from "../saving/boardSaver.ts";

/** A companion that was cut off saved something and died before anybody heard of it. */
async function dieUnheard({ clock, start }: ReturnType<typeof createWorld>): Promise<void> {
  const lonely = start();
  await join(clock, lonely);
  lonely.relay.cut();
  await lonely.rooms.draw("session", () => [{ type: "add", object: rect("unheard") }]);
  await clock.advance(100);
  lonely.die();
}

it("[RD3] what only the store has is found by the next to write", async () => {
  const world = createWorld();
  const b = world.start();
  await join(world.clock, b);
  await dieUnheard(world);
  await b.rooms.draw("session", () => [{ type: "add", object: rect("drawn") }]);
  await world.clock.advance(1_000);
  expect(await idsOn(b)).toEqual(["drawn", "unheard"]);
});

it("[RD3] what only the store has is found by hearing of somebody who has read it", async () => {
  const world = createWorld();
  const b = world.start();
  await join(world.clock, b);
  await dieUnheard(world);
  await join(world.clock, world.start());
  await world.clock.advance(100);
  expect(await idsOn(b)).toEqual(["unheard"]);
});

it("[RD4] [SV7] one of several saves, the others hear that it has", async () => {
  const { clock, start, store } = createWorld();
  const companions = [start(), start(), start()];
  for (const one of companions) await join(clock, one);
  for (let n = 0; n < 10; n++) {
    for (const [i, { rooms }] of companions.entries()) {
      await rooms.draw("session", () => [{ type: "add", object: rect(`${i}-${n}`) }]);
    }
    await clock.advance(400);
  }
  await clock.advance(2_000);
  expect(store.boards.get("session")?.token).toBe(1);
  expect(store.fenced).toBe(0);
  expect(stored(store)).toHaveLength(30);
  for (const { rooms } of companions) expect(rooms.stats().oldestUnsavedMs).toBe(0);
});

it("[RD4] a saver that was paused is refused, and loses nothing", async () => {
  const { clock, start, store } = createWorld();
  const [a, b] = [start(), start()];
  await join(clock, a);
  await join(clock, b);
  await a.rooms.draw("session", () => [{ type: "add", object: rect("first") }]);
  await clock.advance(50);
  let wake: () => void = () => undefined;
  store.delay = () => new Promise((resolve) => (wake = resolve)); // its next write hangs on the way
  await a.rooms.draw("session", () => [{ type: "add", object: rect("late") }]);
  await clock.advance(50);
  store.delay = () => Promise.resolve();
  await clock.advance(LEASE_MS + 1_000);
  expect(stored(store)).toEqual(["first", "late"]); // by b
  wake();
  await clock.advance(1_000);
  expect(store.fenced).toBe(1);
  expect(a.rooms.stats().oldestUnsavedMs).toBe(0);
});

it("[RD4] [SV7] what nobody has saved for long, each saves itself; so does whoever drains", async () => {
  const { clock, start, store, hub } = createWorld();
  const [a, b] = [start(), start()];
  await join(clock, a);
  await join(clock, b);
  hub.loses = () => true; // but the lease can be asked for: b has it and never hears of a's
  for (let n = 0; n < PATIENCE_MS / 1_000 + 2; n++) {
    await b.rooms.draw("session", () => [{ type: "add", object: rect(`b-${n}`) }]);
    if (n === 0) await a.rooms.draw("session", () => [{ type: "add", object: rect("a") }]);
    await clock.advance(1_000);
  }
  expect(stored(store)).toContain("a");
  await a.rooms.draw("session", () => [{ type: "add", object: rect("a-last") }]);
  await a.rooms.drain();
  expect(stored(store)).toContain("a-last");
});

it("[RD6] what a room saved unheard, and that has closed since, is on the others once Redis is back", async () => {
  const { clock, start } = createWorld();
  const [a, b] = [start(), start()];
  await join(clock, a);
  await clock.advance(6_000);
  b.relay.cut();
  await b.rooms.draw("session", () => [{ type: "add", object: rect("unheard") }]);
  await clock.advance(EVICTION_GRACE_MS + 1_000);
  expect(b.rooms.stats().rooms).toBe(0);
  expect(await idsOn(a)).toEqual([]);
  a.relay.cut(); // Redis itself was away
  for (const { relay } of [a, b]) relay.mend();
  await clock.advance(5_000);
  expect(await idsOn(a)).toEqual(["unheard"]);
});

it("[RD6] a class that comes back when Redis does has the store read once", async () => {
  const { clock, start, store } = createWorld();
  const a = start();
  await join(clock, a);
  a.relay.cut();
  a.relay.mend();
  const before = store.calls.load;
  for (let n = 0; n < 5; n++) await join(clock, a);
  expect(store.calls.load - before).toBe(1);
  await clock.advance(6_000);
  expect(store.calls.load - before).toBe(1);
});

it("[RD6] whoever comes from another companion while Redis is away does not undo what the tutor drew there", async () => {
  const { clock, start } = createWorld();
  const [a, b] = [start(), start()];
  await join(clock, a);
  a.relay.cut();
  b.relay.cut();
  await b.rooms.draw("session", () => [{ type: "add", object: rect("tutors") }]);
  await clock.advance(1_000); // it is saved
  const seen = new Y.Doc();
  seen.getMap("objects").set("tutors", rect("tutors", { metadata: { source: "assistant" } }));
  const newcomer = await join(clock, a, "bob");
  newcomer.receive(encodeUpdateMessage(Y.encodeStateAsUpdate(seen)));
  await clock.advance(100);
  for (const { relay } of [a, b]) relay.mend();
  await clock.advance(1_000);
  expect([await idsOn(a), await idsOn(b)]).toEqual([["tutors"], ["tutors"]]);
});

it("[RD8] a room that closes does not pass for one that has what was told meanwhile", async () => {
  const { clock, store, start } = createWorld();
  const [a, b] = [start(), start()];
  const ada = await join(clock, a);
  const bob = await join(clock, b, "bob");
  let answer: () => void = () => undefined;
  store.delay = () => new Promise((resolve) => (answer = resolve));
  ada.receive(drawing("adas"));
  const drained = a.rooms.drain(); // waits for the store
  await clock.advance(20);
  bob.receive(drawing("bobs"));
  await clock.advance(20);
  store.delay = () => Promise.resolve();
  b.pause(); // so that the one that closes is the only one to answer
  const c = start();
  const cleo = await join(clock, c, "cleo");
  cleo.receive(drawing("cleos"));
  await clock.advance(20);
  answer();
  await drained;
  await clock.advance(2_000);
  b.resume(); // and hears what has been saved meanwhile
  await clock.advance(10_000);
  expect(stored(store)).toEqual(["adas", "bobs", "cleos"]);
});
