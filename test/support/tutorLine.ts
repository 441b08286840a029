/**
 * A real socket to a session's tutor, for tests that ask: what became of each question, and what the
 * room has told of its turns, folded as a page folds it. Knows the frames, not the answers.
 */
import { once } from "node:events";
import { randomUUID } from "node:crypto";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import type { ErrorCode } from "../../convex/contract/errors.ts";
import {
  applyTutorEvent,
  INITIAL_TUTOR_STATE,
  serverFrame,
  type ServerFrame,
  type TutorState,
} from "../../convex/contract/tutorEvents.ts";

/** Accepted with its turn, refused with a code, or cut off by the socket's close code. */
export type Asked = { turnId: string } | { code: ErrorCode } | { closed: number };

export interface TutorLine {
  /** Resolves with what became of it. The same `id` is the same question. */
  ask(text: string, id?: string): Promise<Asked>;
  /** Resolves with what became of it. */
  stop(turnId: string): Promise<Asked>;
  state(): TutorState;
  close(): void;
}

/** Resolves when the room has said welcome. Closed at the end of the test. */
export async function openTutorLine(
  address: { url: string; sessionId: string },
  token: string,
): Promise<TutorLine> {
  const path = `${address.url.replace("http", "ws")}/ws/tutor/${address.sessionId}`;
  const ws = new WebSocket(path, ["lectern.v1", `bearer.${token}`]);
  onTestFinished(() => ws.terminate());
  const waiting = new Map<string, (asked: Asked) => void>();
  let closed: number | undefined;
  ws.on("close", (code) => {
    closed = code;
    for (const settle of waiting.values()) settle({ closed: code });
  });
  await once(ws, "open");
  let state = INITIAL_TUTOR_STATE;
  const welcomed = once(ws, "message");
  ws.on("message", (data: Buffer) => {
    const frame = serverFrame.parse(JSON.parse(data.toString()));
    state = folded(state, frame);
    if (frame.type === "accepted") waiting.get(frame.id)?.({ turnId: frame.turnId ?? "" });
    if (frame.type === "refused") waiting.get(frame.id)?.({ code: frame.code });
  });
  ws.send(JSON.stringify({ type: "resume", id: randomUUID(), after: null }));
  await welcomed;
  function send(frame: { type: "ask" | "stop"; id: string } & Record<string, string>) {
    if (closed !== undefined) return Promise.resolve({ closed });
    ws.send(JSON.stringify(frame));
    return new Promise<Asked>((resolve) => waiting.set(frame.id, resolve));
  }
  return {
    ask: (text, id = randomUUID()) => send({ type: "ask", id, text }),
    stop: (turnId) => send({ type: "stop", id: randomUUID(), turnId }),
    state: () => state,
    close: () => ws.close(),
  };
}

function folded(state: TutorState, frame: ServerFrame): TutorState {
  switch (frame.type) {
    case "welcome":
      return { ...state, seq: frame.seq };
    case "reset":
      return { seq: frame.seq, turn: frame.turn, hasGap: false };
    case "event":
      return applyTutorEvent(state, frame);
    case "accepted":
    case "refused":
    case "pong":
      return state;
  }
}
