/** What a turn does, from a question to its end, seen by the clients of its room. */
import { expect, it } from "vitest";
import { settle } from "../../test/support/fakeClock.ts";
import { createPrincipal } from "../../test/support/memorySocket.ts";
import { words, startRooms, ready, ask, types } from "../../test/support/scriptedTutor.ts";
import { appError } from "../../convex/contract/errors.ts";

it("[V2.1.3] [TU2] is welcomed, accepted, told in order and ended", async () => {
  const started = startRooms();
  const ada = await ready(started);
  ada.send(ask("m1"));
  await started.clock.advance(2_000);
  expect(types(ada.frames()).filter((type) => type !== "accepted")).toEqual([
    "welcome",
    "turnStarted",
    "thinking",
    "delta",
    "delta",
    "citations",
    "turnDone",
  ]);
  expect(ada.frames()).toContainEqual({ type: "accepted", id: "m1", turnId: "turn-1" });
  expect(ada.folded().turn).toMatchObject({ text: "Water moves.", phase: { kind: "done" } });
  expect(started.store.turns[0]).toMatchObject({
    answer: "Water moves.",
    finished: { outcome: { kind: "done" } },
  });
});

it("[V2.1.3] every kind of frame reaches its handler, and no other does", async () => {
  const started = startRooms();
  const ada = await ready(started);
  ada.news();
  ada.send({ type: "ping" });
  ada.send({ type: "stop", id: "s", turnId: "none" });
  await settle();
  expect(types(ada.news())).toEqual(["pong", "accepted"]);
  ada.socket.receive(JSON.stringify({ type: "ask", id: "bad", text: "  " }));
  expect(ada.news()).toMatchObject([{ type: "refused", id: "bad", code: "INVALID_INPUT" }]);
  ada.socket.receive(JSON.stringify({ type: "teach" }));
  expect(ada.socket.closedWith).toBe(4400);
});

it("[V2.2.2] [TU7] streams to the socket at once, and to the store in batches", async () => {
  const started = startRooms(words("a b c d e f g h "), 30);
  const ada = await ready(started);
  ada.send(ask("m1"));
  await started.clock.advance(31);
  expect(ada.folded().turn?.text).toBe("a");
  expect(started.store.turns[0]?.answer).toBe("");
  await started.clock.advance(125);
  expect(started.store.turns[0]?.answer).toMatch(/^a b /);
  await started.clock.advance(2_000);
  expect(started.store.turns[0]?.answer).toBe("a b c d e f g h ");
  const batches = new Set(started.store.saved.map(({ seq }) => seq));
  expect(batches.size).toBe(started.store.saved.length);
});

it("[TU3] only one is live: another question is refused with CONFLICT", async () => {
  const started = startRooms();
  const [ada, bob] = [
    await ready(started),
    await ready(started, createPrincipal({ userId: "bob" })),
  ];
  ada.send(ask("m1"));
  bob.send(ask("m2"));
  await started.clock.advance(2_000);
  expect(bob.frames()).toContainEqual(
    expect.objectContaining({ type: "refused", id: "m2", code: "CONFLICT" }),
  );
  bob.send(ask("m2"));
  await started.clock.advance(2_000);
  expect(started.store.turns).toHaveLength(2);
  expect(bob.folded()).toEqual(ada.folded());
});

it("[TU9] the same client message is acted on once, also by another server", async () => {
  const started = startRooms();
  const ada = await ready(started);
  ada.send(ask("m1"));
  ada.send(ask("m1"));
  await started.clock.advance(2_000);
  const later = await ready({ ...started, rooms: started.start() });
  later.send(ask("m1"));
  await started.clock.advance(2_000);
  expect(started.store.turns).toHaveLength(1);
  expect(later.frames().at(-1)).toEqual({ type: "accepted", id: "m1", turnId: "turn-1" });
});

it("[TU4] stops at once for its author or a teacher, not for another student", async () => {
  const started = startRooms(words("one two three four five "), 200);
  const ada = await ready(started);
  const bob = await ready(started, createPrincipal({ userId: "bob" }));
  const eve = await ready(started, createPrincipal({ userId: "eve", role: "teacher" }));
  ada.send(ask("m1"));
  await started.clock.advance(450);
  bob.send({ type: "stop", id: "s1", turnId: "turn-1" });
  await settle();
  expect(bob.frames().at(-1)).toMatchObject({ type: "refused", code: "FORBIDDEN" });
  eve.send({ type: "stop", id: "s2", turnId: "turn-1" });
  await started.clock.advance(0);
  expect(ada.folded().turn).toMatchObject({
    text: "one two",
    phase: { kind: "cancelled", by: "eve" },
  });
  await started.clock.advance(2_000);
  expect(started.store.turns[0]).toMatchObject({ answer: "one two" });
  expect(started.clock.pending()).toBe(0);
});

it("[TU8] fails with the model's code, keeps the question and what was said", async () => {
  const started = startRooms([...words("half an "), appError("MODEL_STREAM_CUT")]);
  const ada = await ready(started);
  ada.send(ask("m1"));
  await started.clock.advance(2_000);
  expect(ada.folded().turn).toMatchObject({
    text: "half an",
    phase: { kind: "failed", code: "MODEL_STREAM_CUT", retryable: true },
  });
  expect(started.store.turns[0]).toMatchObject({
    question: "What is osmosis?",
    answer: "half an",
  });
});

it("[TU8] is told as ended only when the store has it", async () => {
  const started = startRooms();
  const ada = await ready(started);
  started.store.failure.finish = new Error("store is away");
  ada.send(ask("m1"));
  await started.clock.advance(700);
  expect(ada.folded().turn?.phase.kind).toBe("speaking");
  started.store.failure = {};
  await started.clock.advance(5_000);
  expect(ada.folded().turn?.phase.kind).toBe("done");
});

it("[TU7] survives a store that is away for a while", async () => {
  const started = startRooms(words("a b c d e f g h i j k l "), 100);
  const ada = await ready(started);
  ada.send(ask("m1"));
  await started.clock.advance(200);
  started.store.failure.append = new Error("store is away");
  await started.clock.advance(400);
  started.store.failure = {};
  await started.clock.advance(5_000);
  expect(started.store.turns[0]?.answer).toBe("a b c d e f g h i j k l ");
  expect(started.store.saved.map(({ seq }) => seq)).toEqual(
    Array.from({ length: started.store.saved.length }, (_, i) => i + 1),
  );
});

it("[TU8] keeps its lease, and gives up when the store gave it to others", async () => {
  const started = startRooms(words("a b c d e "), 6_000);
  const ada = await ready(started);
  ada.send(ask("m1"));
  await started.clock.advance(13_000);
  expect(started.store.renewals).toBeGreaterThanOrEqual(2);
  await started.store.recover("companion-1");
  await started.clock.advance(7_000);
  expect(ada.frames().at(-1)).toEqual({
    type: "reset",
    seq: started.store.saved.at(-1)!.seq,
    turn: null,
  });
  expect(started.rooms.stats().endedTurns.lost).toBe(1);
});

it("[TU3] an observer reads along and cannot ask", async () => {
  const started = startRooms();
  const olga = await ready(started, createPrincipal({ userId: "olga", role: "observer" }));
  const ada = await ready(started);
  olga.send(ask("m1"));
  await settle();
  expect(olga.frames().at(-1)).toMatchObject({ type: "refused", code: "FORBIDDEN" });
  ada.send(ask("m2"));
  await started.clock.advance(2_000);
  expect(olga.folded().turn?.text).toBe("Water moves.");
});

it("[TU2] draws through tools and tells which objects came of it", async () => {
  const args = JSON.stringify({ text: "Osmosis", size: null, at: null });
  const call = { toolCallId: "c1", name: "drawText", argumentsText: args };
  const started = startRooms([...words("Look. "), { type: "toolCall", call }]);
  const ada = await ready(started);
  ada.send(ask("m1"));
  await started.clock.advance(5_000);
  expect(ada.folded().turn?.drawnObjectIds).toEqual(["text-1-text"]);
  expect(types(ada.frames())).toContain("toolStarted");
});
