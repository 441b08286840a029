import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { settle } from "../../test/support/fakeClock.ts";
import { createPrincipal, type MemorySocket } from "../../test/support/memorySocket.ts";
import { createMemoryTurnStore } from "../../test/support/memoryTurnStore.ts";
import {
  createScriptedModel,
  words,
  board,
  startRooms,
  join,
  fold,
  ready,
  ask,
  types,
} from "../../test/support/scriptedTutor.ts";
import { startSocketServer } from "../../test/support/socketServer.ts";
import { type ServerFrame } from "../../convex/contract/tutorEvents.ts";
import { decodeServerFrame, encodeFrame } from "../protocol/tutorFrames.ts";
import { systemClock } from "../util/clock.ts";
import { silentLogger } from "../util/logger.ts";
import { createTutorRooms } from "./tutorRooms.ts";

describe("resuming", () => {
  it("[TU5] [TU6] a client that comes back at any moment gets exactly the rest", async () => {
    const started = startRooms(words("a b c d e f g h "), 40);
    const ada = await ready(started);
    ada.send(ask("m1"));
    let seen = fold(ada.frames());
    for (let i = 0; i < 12; i++) {
      await started.clock.advance(55);
      const again = join(started);
      again.send({ type: "resume", id: `r${i}`, after: seen.seq });
      await settle();
      const fresh = again.frames().filter((frame) => frame.type !== "welcome");
      expect(fresh.every((frame) => frame.type === "event")).toBe(true);
      seen = fold(fresh, seen);
      again.socket.drop();
    }
    await started.clock.advance(2_000);
    const last = join(started);
    last.send({ type: "resume", id: "last", after: seen.seq });
    await settle();
    expect(fold(last.frames(), seen)).toEqual(ada.folded());
  });

  it("[TU5] another server replays from the store", async () => {
    const started = startRooms(words("a b c d "), 40);
    const ada = await ready(started);
    ada.send(ask("m1"));
    await started.clock.advance(60);
    const seen = fold(ada.frames());
    await started.clock.advance(3_000);
    const elsewhere = join({ rooms: started.start() });
    elsewhere.send({ type: "resume", id: "r", after: seen.seq });
    await settle();
    expect(fold(elsewhere.frames(), seen)).toEqual(ada.folded());
  });

  it("[TU6] a number the server cannot replay is answered with a reset", async () => {
    const started = startRooms(words("a b c d "), 400);
    const ada = await ready(started);
    ada.send(ask("m1"));
    await started.clock.advance(900);
    const strange = join(started);
    strange.send({ type: "resume", id: "r", after: 99 });
    await settle();
    expect(strange.folded()).toEqual(ada.folded());
    expect(types(strange.frames())).toEqual(["welcome", "reset"]);
  });

  it("[TU5] after a crash the turn is marked interrupted and its text kept", async () => {
    const started = startRooms(words("a b c d e f g h "), 100);
    const ada = await ready(started);
    ada.send(ask("m1"));
    await started.clock.advance(550);
    const seen = fold(ada.frames());
    started.store.failure.append = new Error("the process is dead");
    const restarted = { ...started, rooms: started.start() };
    expect(await restarted.rooms.recover()).toBe(1);
    const back = join(restarted);
    back.send({ type: "resume", id: "r", after: seen.seq });
    await settle();
    expect(types(back.frames())).toEqual(["welcome", "reset"]);
    expect(started.store.turns[0]?.answer).toMatch(/^a b /);
  });

  it("[PR5] a frame before resume closes with 4400", () => {
    const ada = join(startRooms());
    ada.send(ask("m1"));
    expect(ada.socket.closedWith).toBe(4400);
  });
});

describe("rooms", () => {
  it("[TU8] draining ends the live turn honestly and closes the sockets", async () => {
    const started = startRooms(words("a b c d e f "), 100);
    const ada = await ready(started);
    ada.send(ask("m1"));
    await started.clock.advance(350);
    const drained = started.rooms.drain();
    await started.clock.advance(100);
    await drained;
    expect(ada.socket.closedWith).toBe(1001);
    expect(ada.folded().turn).toMatchObject({
      text: "a b c",
      phase: { kind: "failed", code: "INTERRUPTED" },
    });
  });

  it("[V2.1.4] [TU13] after 1,000 connects and drops, half of them amid a turn, nothing is left", async () => {
    const started = startRooms(words("a b c "), 20);
    const sockets: MemorySocket[] = [];
    for (let i = 0; i < 1_000; i++) {
      const principal = createPrincipal({ userId: `u${i}`, sessionId: `s${i % 50}` });
      const client = join(started, principal);
      sockets.push(client.socket);
      client.send({ type: "resume", id: "r", after: null });
      if (i % 10 === 0) await settle();
      if (i % 2 === 0) client.send(ask(`m${i}`));
      if (i % 3 === 0) client.socket.drop();
    }
    await started.clock.advance(1_000);
    for (const socket of sockets) socket.drop();
    await started.clock.advance(60_000);
    expect(started.rooms.stats()).toMatchObject({ rooms: 0, connections: 0, liveTurns: 0 });
    expect(started.clock.pending()).toBe(0);
  });

  it("[PR1] a client that does not read is told to come back", async () => {
    const started = startRooms();
    const ada = await ready(started);
    ada.socket.buffered = 2 * 1024 * 1024;
    ada.send({ type: "ping" });
    expect(ada.socket.closedWith).toBe(4503);
  });
});

it("[V2.2.2] answers stream over a real socket, first words before the last are thought of", async () => {
  const store = createMemoryTurnStore();
  const rooms = createTutorRooms({
    store,
    board,
    chatModel: createScriptedModel(words("one two three four five six "), 20, systemClock),
    clock: systemClock,
    logger: silentLogger,
    companionId: "companion-1",
  });
  const server = await startSocketServer((socket) =>
    rooms.openTutorSocket(socket, createPrincipal()),
  );
  const ws = new WebSocket(`${server.url}/ws/tutor/session`, ["lectern.v1", "bearer.token"]);
  onTestFinished(() => ws.terminate());
  const frames: ServerFrame[] = [];
  ws.on("message", (data: Buffer) => frames.push(decodeServerFrame(data.toString())));
  ws.on("open", () => {
    ws.send(encodeFrame({ type: "resume", id: "r", after: null }));
    ws.send(encodeFrame(ask("m1")));
  });
  await expect.poll(() => fold(frames).turn?.phase.kind).toBe("done");
  const deltas = frames.flatMap((frame) =>
    frame.type === "event" && frame.event.type === "delta" ? [frame] : [],
  );
  expect(deltas.length).toBeGreaterThanOrEqual(6);
  expect(deltas.at(-1)!.at - deltas[0]!.at).toBeGreaterThan(0);
  expect(fold(frames).turn?.text).toBe("one two three four five six ");
});
