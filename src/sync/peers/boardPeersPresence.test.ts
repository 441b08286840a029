/** Who is on a board that several companions serve, and how it is known when one of them is gone. */
import { expect, it } from "vitest";
import { createWorld, join, presenceSeen } from "../../../test/support/boardCompanions.ts";
import type { MemorySocket } from "../../../test/support/memorySocket.ts";
import { encodePresenceMessage, type PresenceEntry } from "../../protocol/boardMessages.ts";
import { SIGN_OF_LIFE_MS } from "../boardRooms.ts";
import { BEAT_MS, MAX_MISSED_BEATS } from "../../relay/companionPulse.ts";

it("[RD1] cursors cross companions, and go with their socket", async () => {
  const { clock, start } = createWorld();
  const [a, b] = [start(), start()];
  const [ada, bob] = [await join(clock, a), await join(clock, b, "bob")];
  ada.receive(encodePresenceMessage([{ clientId: 7, clock: 1, state: '{"x":1}' }]));
  await clock.advance(100);
  expect(presenceSeen(bob)).toMatchObject([{ clientId: 7, clock: 1, state: '{"x":1}' }]);
  const late = await join(clock, b, "eve");
  expect(presenceSeen(late)).toMatchObject([{ clientId: 7 }]);
  ada.drop();
  await clock.advance(100);
  expect(presenceSeen(bob).at(-1)).toMatchObject({ clientId: 7, clock: 2, state: "null" });
});

it("[WB25] another companion's people bear the names that it knows", async () => {
  const { clock, start } = createWorld();
  const [a, b] = [start(), start()];
  const [ada, bob] = [await join(clock, a), await join(clock, b, "bob")];
  const state = '{"user":{"name":"Teacher","userId":"bob"}}';
  ada.receive(encodePresenceMessage([{ clientId: 7, clock: 1, state }]));
  await clock.advance(100);
  const named = '{"user":{"name":"Ada","userId":"ada"}}';
  expect(presenceSeen(bob)).toMatchObject([{ clientId: 7, clock: 1, state: named }]);
});

/** What somebody's stock provider shows of whom it is told: the newest of each client. */
function peopleSeen(socket: MemorySocket): Record<number, string> {
  const seen = new Map<number, PresenceEntry>();
  for (const entry of presenceSeen(socket)) {
    if (entry.clock > (seen.get(entry.clientId)?.clock ?? -1)) seen.set(entry.clientId, entry);
  }
  const present = [...seen.values()].filter(({ state }) => state !== "null");
  return Object.fromEntries(present.map(({ clientId, state }) => [clientId, state]));
}

/** Answers as the stock provider does when it hears that it is gone. */
function speakUp(socket: MemorySocket, clientId: number): void {
  const clock = Math.max(...presenceSeen(socket).map((entry) => entry.clock));
  socket.receive(encodePresenceMessage([{ clientId, clock: clock + 1, state: "{}" }]));
}

it("[RD7] a dead companion's people go within seconds, also where nothing else is heard", async () => {
  const { clock, start } = createWorld();
  const [a, b] = [start(), start()];
  const [ada, bob] = [await join(clock, a), await join(clock, b, "bob")];
  ada.receive(encodePresenceMessage([{ clientId: 7, clock: 1, state: "{}" }]));
  await clock.advance(3_000);
  expect(peopleSeen(bob)).toEqual({ 7: "{}" });
  a.die();
  await clock.advance((MAX_MISSED_BEATS - 1) * BEAT_MS);
  expect(peopleSeen(bob)).toEqual({ 7: "{}" });
  await clock.advance(3 * BEAT_MS);
  expect(peopleSeen(bob)).toEqual({});
});

it("[RD7] whoever is cut off itself takes nobody for gone", async () => {
  const { clock, start } = createWorld();
  const [a, b] = [start(), start()];
  const [ada, bob] = [await join(clock, a), await join(clock, b, "bob")];
  ada.receive(encodePresenceMessage([{ clientId: 7, clock: 1, state: "{}" }]));
  await clock.advance(3_000);
  b.relay.cut();
  await clock.advance(12 * BEAT_MS);
  b.relay.mend();
  await clock.advance(BEAT_MS);
  expect(presenceSeen(bob).every(({ state }) => state !== "null")).toBe(true);
});

it("[RD7] the people of a companion that returns are seen again at once", async () => {
  const { clock, start } = createWorld();
  const [a, b] = [start(), start()];
  const [ada, bob] = [await join(clock, a), await join(clock, b, "bob")];
  await clock.advance(SIGN_OF_LIFE_MS - 500); // the next announcement is far
  ada.receive(encodePresenceMessage([{ clientId: 7, clock: 1, state: "{}" }]));
  await clock.advance(1_000);
  a.relay.cut();
  await clock.advance((MAX_MISSED_BEATS + 2) * BEAT_MS);
  expect(peopleSeen(bob)).toEqual({});
  a.relay.mend();
  await clock.advance(BEAT_MS + 100);
  expect(presenceSeen(ada).at(-1)).toMatchObject({ clientId: 7, clock: 2, state: "null" });
  speakUp(ada, 7);
  await clock.advance(100);
  expect(peopleSeen(bob)).toEqual({ 7: "{}" });
});

it("[RD7] so are those of one that hung and does not know it", async () => {
  const { clock, start } = createWorld();
  const [a, b] = [start(), start()];
  const [ada, bob] = [await join(clock, a), await join(clock, b, "bob")];
  ada.receive(encodePresenceMessage([{ clientId: 7, clock: 1, state: "{}" }]));
  await clock.advance(1_000);
  a.pause();
  await clock.advance((MAX_MISSED_BEATS + 2) * BEAT_MS);
  expect(peopleSeen(bob)).toEqual({});
  a.resume();
  await clock.advance(100);
  speakUp(ada, 7);
  await clock.advance(100); // long before anything is announced
  expect(peopleSeen(bob)).toEqual({ 7: "{}" });
});

it("[RD7] a newcomer's room is told at once who is there", async () => {
  const { clock, start } = createWorld();
  const [a, b] = [start(), start()];
  const ada = await join(clock, a);
  await clock.advance(SIGN_OF_LIFE_MS + 100);
  ada.receive(encodePresenceMessage([{ clientId: 7, clock: 1, state: "{}" }]));
  await clock.advance(1_000);
  const bob = await join(clock, b, "bob");
  await clock.advance(100);
  expect(peopleSeen(bob)).toEqual({ 7: "{}" });
});
