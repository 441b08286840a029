/**
 * A real socket to a session's tutor, for tests that ask: what became of each question, and which turns
 * the room told of. Knows the frames, not the answers.
 */
import { once } from "node:events";
import { randomUUID } from "node:crypto";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import type { ErrorCode } from "../../convex/contract/errors.ts";
import { serverFrame } from "../../convex/contract/tutorEvents.ts";

/** Accepted with its turn, refused with a code, or cut off by the socket's close code. */
export type Asked = { turnId: string } | { code: ErrorCode } | { closed: number };

export interface TutorLine {
  /** Resolves with what became of it. The same `id` is the same question. */
  ask(text: string, id?: string): Promise<Asked>;
  stop(turnId: string): void;
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
  ws.send(JSON.stringify({ type: "resume", id: randomUUID(), after: null }));
  await once(ws, "message");
  ws.on("message", (data: Buffer) => {
    const frame = serverFrame.parse(JSON.parse(data.toString()));
    if (frame.type === "accepted") waiting.get(frame.id)?.({ turnId: frame.turnId ?? "" });
    if (frame.type === "refused") waiting.get(frame.id)?.({ code: frame.code });
  });
  return {
    ask(text, id = randomUUID()) {
      if (closed !== undefined) return Promise.resolve({ closed });
      ws.send(JSON.stringify({ type: "ask", id, text }));
      return new Promise((resolve) => waiting.set(id, resolve));
    },
    stop: (turnId) => ws.send(JSON.stringify({ type: "stop", id: randomUUID(), turnId })),
    close: () => ws.close(),
  };
}
