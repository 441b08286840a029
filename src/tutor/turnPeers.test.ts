/** Several companions' tutor rooms of one session, over a relay and a store in memory and a clock moved by hand. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { createFakeClock, settle } from "../../test/support/fakeClock.ts";
import { createMemoryTurnStore } from "../../test/support/memoryTurnStore.ts";
import { createRelayHub } from "../../test/support/memoryRelay.ts";
import { createMemorySocket, createPrincipal } from "../../test/support/memorySocket.ts";
import {
  applyTutorEvent,
  INITIAL_TUTOR_STATE,
  type ClientFrame,
  type TutorState,
} from "../../convex/contract/tutorEvents.ts";
import { decodeServerFrame, encodeFrame } from "../protocol/tutorFrames.ts";
import type { Principal } from "../protocol/principal.ts";
import { sleep } from "../util/clock.ts";
import { silentLogger } from "../util/logger.ts";
import type { ChatModel } from "./chatModel.ts";
import { QUIET_LIMIT_MS } from "./turnPeers.ts";
import { createTutorRooms } from "./tutorRooms.ts";

const WORDS = ["Water ", "moves ", "through ", "the ", "wall."];
const PAUSE_MS = 300;

function createWorld(companions: number) {
  const clock = createFakeClock();
  const store = createMemoryTurnStore();
  const hub = createRelayHub(clock);
  const chatModel: ChatModel = {
    name: "scripted",
    async *stream(_request, signal) {
      for (const text of WORDS) {
        await sleep(clock, PAUSE_MS, signal);
        yield { type: "text", text };
      }
    },
  };
  const all = Array.from({ length: companions }, (_, n) => {
    const relay = hub.companion();
    const rooms = createTutorRooms({
      store,
      relay,
      board: {
        view: () => Promise.resolve({ objects: new Map() }),
        draw: (_sessionId, plan) => Promise.resolve(plan({ objects: new Map() })),
        turnEnded: () => undefined,
      },
      chatModel,
      clock,
      logger: silentLogger,
      companionId: `companion-${n}`,
      random: () => 0.5,
    });
    return { rooms, relay };
  });
  return { clock, store, hub, companions: all };
}
type Companion = ReturnType<typeof createWorld>["companions"][number];

/** A page: resumes, folds what it is told, and resumes again where something is missing. */
async function join({ rooms }: Companion, who: Partial<Principal> = {}) {
  const socket = createMemorySocket();
  rooms.openTutorSocket(socket, createPrincipal(who));
  let [read, resumedAt, resumes]: [number, number, number] = [0, -1, 0];
  let state: TutorState = INITIAL_TUTOR_STATE;
  const send = (frame: ClientFrame) => socket.receive(encodeFrame(frame));
  const frames = () => socket.sent.map((data) => decodeServerFrame(data));
  const page = {
    send,
    frames,
    state(): TutorState {
      for (const frame of frames().slice(read)) {
        if (frame.type === "event") state = applyTutorEvent(state, frame);
        if (frame.type === "reset") state = { seq: frame.seq, turn: frame.turn, hasGap: false };
        if (frame.type === "welcome" && state.seq === 0) state = { ...state, seq: frame.seq };
      }
      read = socket.sent.length;
      if (state.hasGap && resumedAt !== state.seq) {
        resumedAt = state.seq;
        send({ type: "resume", id: `again-${resumes++}`, after: state.seq });
      }
      return state;
    },
    answers: (id: string) => frames().filter((frame) => "id" in frame && frame.id === id),
  };
  send({ type: "resume", id: "r", after: null });
  await settle();
  return page;
}

it("[TU14] an answer streams to people on every companion, and to who comes in the middle of it", async () => {
  const { clock, companions } = createWorld(3);
  const [a, b, c] = companions as [Companion, Companion, Companion];
  const [ada, bob] = [await join(a), await join(b, { userId: "bob" })];
  await clock.advance(100);
  ada.send({ type: "ask", id: "q", text: "Why?" });
  await clock.advance(PAUSE_MS + 50);
  expect(bob.state().turn).toMatchObject({ text: "Water", phase: { kind: "speaking" } });
  await clock.advance(PAUSE_MS);
  const cleo = await join(c, { userId: "cleo" });
  await clock.advance(50);
  expect(cleo.state().turn).toMatchObject({ text: "Water moves" });
  await clock.advance(WORDS.length * PAUSE_MS);
  for (const page of [ada, bob, cleo]) {
    expect(page.state()).toMatchObject({
      hasGap: false,
      turn: { text: WORDS.join(""), phase: { kind: "done" } },
    });
  }
  const seqs = bob.frames().flatMap((frame) => (frame.type === "event" ? [frame.seq] : []));
  expect(seqs).toEqual(seqs.map((_, i) => i + 1));
});

it("[TU15] stop acts from another companion, by the same rights", async () => {
  const { clock, store, companions } = createWorld(2);
  const [a, b] = companions as [Companion, Companion];
  const ada = await join(a, { userId: "ada", role: "student" });
  const [bob, tess] = [
    await join(b, { userId: "bob", role: "student" }),
    await join(b, { userId: "tess", role: "teacher" }),
  ];
  await clock.advance(100);
  ada.send({ type: "ask", id: "q", text: "Why?" });
  await clock.advance(PAUSE_MS + 50);
  bob.send({ type: "stop", id: "s", turnId: "turn-1" });
  await clock.advance(20);
  expect(bob.answers("s")).toMatchObject([{ type: "refused", code: "FORBIDDEN" }]);
  tess.send({ type: "stop", id: "s", turnId: "turn-1" });
  await clock.advance(20);
  expect(tess.answers("s")).toMatchObject([{ type: "accepted" }]);
  for (const page of [ada, bob, tess]) {
    expect(page.state().turn?.phase).toEqual({ kind: "cancelled", by: "tess" });
  }
  expect(store.turns[0]?.finished?.outcome).toEqual({ kind: "cancelled", by: "tess" });
});

it("[TU15] [TU16] with Redis away nothing is called stopped that is not, and the store tells the answer", async () => {
  const { clock, companions } = createWorld(2);
  const [a, b] = companions as [Companion, Companion];
  const [ada, tess] = [await join(a), await join(b, { userId: "tess", role: "teacher" })];
  await clock.advance(100);
  ada.send({ type: "ask", id: "q", text: "Why?" });
  await clock.advance(PAUSE_MS + 50);
  b.relay.cut();
  tess.send({ type: "stop", id: "s", turnId: "turn-1" });
  await clock.advance(WORDS.length * PAUSE_MS + 2_000);
  expect(ada.state().turn).toMatchObject({ phase: { kind: "done" } });
  expect(tess.answers("s")).toMatchObject([
    { type: "refused", code: "INTERRUPTED", retryable: true },
  ]);
  await clock.advance(QUIET_LIMIT_MS);
  expect(tess.state().turn).toMatchObject({ text: WORDS.join(""), phase: { kind: "done" } });
  tess.send({ type: "stop", id: "late", turnId: "turn-1" });
  await settle();
  expect(tess.answers("late")).toMatchObject([{ type: "accepted" }]);
});

it("[TU16] the companion that answers dies: the others' people do not wait for it for ever", async () => {
  const { clock, store, companions } = createWorld(2);
  const [a, b] = companions as [Companion, Companion];
  const [ada, bob] = [await join(a), await join(b, { userId: "bob" })];
  await clock.advance(100);
  ada.send({ type: "ask", id: "q", text: "Why?" });
  await clock.advance(PAUSE_MS + 50);
  a.relay.die();
  a.relay.cut();
  await store.recover("companion-0"); // as the store does when the lease has run out
  await clock.advance(2 * QUIET_LIMIT_MS + 1_000);
  const { turn } = bob.state();
  expect(turn === null || turn.phase.kind === "failed").toBe(true);
});

it("[TU14] [TU16] whatever is lost or cut between them, all companions' people end with the stored answer", async () => {
  const steps = fc.array(
    fc.record({ loses: fc.boolean(), isCut: fc.boolean(), ms: fc.integer({ min: 1, max: 700 }) }),
    { maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(2), async (disturbances, at) => {
      const { clock, store, hub, companions } = createWorld(3);
      const pages = [];
      for (const [i, one] of companions.entries()) pages.push(await join(one, { userId: `u${i}` }));
      await clock.advance(100);
      pages[0]!.send({ type: "ask", id: "q", text: "Why?" });
      for (const { loses, isCut, ms } of disturbances) {
        hub.loses = () => loses;
        if (isCut) companions[at]!.relay.cut();
        else companions[at]!.relay.mend();
        await clock.advance(ms);
        for (const page of pages) page.state();
      }
      hub.loses = () => false;
      companions[at]!.relay.mend();
      for (let round = 0; round < 8; round++) {
        await clock.advance(QUIET_LIMIT_MS / 2);
        for (const page of pages) page.state();
      }
      expect(store.turns[0]?.answer).toBe(WORDS.join(""));
      for (const page of pages) {
        const { hasGap, turn } = page.state();
        expect(hasGap).toBe(false);
        // Who never heard of the turn while it was live reads it in the history.
        if (turn !== null) {
          expect(turn).toMatchObject({ text: WORDS.join(""), phase: { kind: "done" } });
        }
      }
    }),
    { numRuns: 25 },
  );
});
