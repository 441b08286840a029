/** Tutor rooms in memory: a model that says what a test tells it, and clients that keep what they are sent. */
import {
  applyTutorEvent,
  INITIAL_TUTOR_STATE,
  type ClientFrame,
  type ServerFrame,
  type TutorState,
} from "../../convex/contract/tutorEvents.ts";
import { decodeServerFrame, encodeFrame } from "../../src/protocol/tutorFrames.ts";
import type { BoardPort } from "../../src/tutor/boardPort.ts";
import type { ChatModel, ChatPart } from "../../src/tutor/chatModel.ts";
import { createTutorRooms } from "../../src/tutor/tutorRooms.ts";
import { sleep, type Clock } from "../../src/util/clock.ts";
import { silentLogger } from "../../src/util/logger.ts";
import { createFakeClock, settle } from "./fakeClock.ts";
import { createMemorySocket, createPrincipal, type ChangeablePrincipal } from "./memorySocket.ts";
import { createMemoryTurnStore } from "./memoryTurnStore.ts";

/** A model that says what the test tells it, piece by piece, and waits in between. */
export function createScriptedModel(
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
export const words = (text: string): ChatPart[] =>
  text.split(/(?<= )/).map((word) => ({ type: "text", text: word }));

export const board: BoardPort = {
  view: () => Promise.resolve({ objects: new Map() }),
  draw: (_sessionId, plan) => Promise.resolve(plan({ objects: new Map() })),
  turnEnded: () => undefined,
};

export function startRooms(script: (ChatPart | Error)[] = words("Water moves."), pauseMs = 50) {
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
export type Started = ReturnType<typeof startRooms>;

/** A page: keeps what it was sent and folds it. */
export function join({ rooms }: Pick<Started, "rooms">, principal = createPrincipal()) {
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

export function fold(
  frames: readonly ServerFrame[],
  start: TutorState = INITIAL_TUTOR_STATE,
): TutorState {
  return frames.reduce<TutorState>((state, frame) => {
    if (frame.type === "event") return applyTutorEvent(state, frame);
    if (frame.type === "reset") return { seq: frame.seq, turn: frame.turn, hasGap: false };
    return state;
  }, start);
}

export async function ready(started: Started, principal?: ChangeablePrincipal) {
  const client = join(started, principal);
  client.send({ type: "resume", id: "r", after: null });
  await settle();
  return client;
}

export const ask = (id: string, text = "What is osmosis?") => ({ type: "ask", id, text }) as const;
export const types = (frames: readonly ServerFrame[]) =>
  frames.map((frame) => (frame.type === "event" ? frame.event.type : frame.type));
