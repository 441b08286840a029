import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { createFakeClock, settle } from "../../test/support/fakeClock.ts";
import {
  createMemorySocket,
  createPrincipal,
  type ChangeablePrincipal,
  type MemorySocket,
} from "../../test/support/memorySocket.ts";
import { createMemoryTurnStore } from "../../test/support/memoryTurnStore.ts";
import { startSocketServer } from "../../test/support/socketServer.ts";
import { appError } from "../../convex/contract/errors.ts";
import {
  applyTutorEvent,
  INITIAL_TUTOR_STATE,
  type ClientFrame,
  type ServerFrame,
  type TutorState,
} from "../../convex/contract/tutorEvents.ts";
import { decodeServerFrame, encodeFrame } from "../protocol/tutorFrames.ts";
import { sleep, systemClock, type Clock } from "../util/clock.ts";
import { silentLogger } from "../util/logger.ts";
import type { BoardPort } from "./boardPort.ts";
import type { ChatModel, ChatPart } from "./chatModel.ts";
import { createTutorRooms } from "./tutorRooms.ts";

/** A model that says what the test tells it, piece by piece, and waits in between. */
function createScriptedModel(
  script: (ChatPart | Error)[],
  pauseMs: number,
  clock: Clock,
): ChatModel {
  return {
    name: "scripted",
    async *stream(_request, signal) {
      for (const part of script) {
        await sleep(clock, pauseMs, signal);
        if (part instanceof Error) throw part;
        yield part;
      }
    },
  };
}
const words = (text: string): ChatPart[] =>
  text.split(/(?<= )/).map((word) => ({ type: "text", text: word }));

const board: BoardPort = {
  view: () => Promise.resolve({ objects: new Map() }),
  draw: (_sessionId, plan) => Promise.resolve(plan({ objects: new Map() })),
  turnEnded: () => undefined,
};

function startRooms(script: (ChatPart | Error)[] = words("Water moves."), pauseMs = 50) {
  const clock = createFakeClock();
  const store = createMemoryTurnStore();
  const start = () =>
    createTutorRooms({
      store,
      board,
      chatModel: createScriptedModel(script, pauseMs, clock),
      clock,
      logger: silentLogger,
      companionId: "companion-1",
      random: () => 0.5,
    });
  return { clock, store, rooms: start(), start };
}
type Started = ReturnType<typeof startRooms>;

/** A page: keeps what it was sent and folds it. */
function join({ rooms }: Pick<Started, "rooms">, principal = createPrincipal()) {
  const socket = createMemorySocket();
  rooms.openTutorSocket(socket, principal);
  let read = 0;
  const client = {
    socket,
    principal,
    send: (frame: ClientFrame) => socket.receive(encodeFrame(frame)),
    frames: () => socket.sent.map((data) => decodeServerFrame(data)),
    /** Frames since the last time this was asked. */
    news() {
      const all = client.frames();
      const fresh = all.slice(read);
      read = all.length;
      return fresh;
    },
    folded: () => fold(client.frames()),
  };
  return client;
}

function fold(frames: readonly ServerFrame[], start: TutorState = INITIAL_TUTOR_STATE): TutorState {
  return frames.reduce<TutorState>((state, frame) => {
    if (frame.type === "event") return applyTutorEvent(state, frame);
    if (frame.type === "reset") return { seq: frame.seq, turn: frame.turn, hasGap: false };
    return state;
  }, start);
}

async function ready(started: Started, principal?: ChangeablePrincipal) {
  const client = join(started, principal);
  client.send({ type: "resume", id: "r", after: null });
  await settle();
  return client;
}

const ask = (id: string, text = "What is osmosis?") => ({ type: "ask", id, text }) as const;
const types = (frames: readonly ServerFrame[]) =>
  frames.map((frame) => (frame.type === "event" ? frame.event.type : frame.type));

describe("a turn", () => {
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
});

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
    const principals: ChangeablePrincipal[] = [];
    for (let i = 0; i < 1_000; i++) {
      const principal = createPrincipal({ userId: `u${i}`, sessionId: `s${i % 50}` });
      principals.push(principal);
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
    expect(principals.every((principal) => principal.listeners() === 0)).toBe(true);
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
