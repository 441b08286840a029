/**
 * Every code with which the companion closes a socket, in one table that both ends read. The stock
 * y-websocket provider gives up on 4400–4499 and comes back after any other code; the tutor client
 * does the same (rule PR3). Reasons are fixed and short: a close frame holds 123 bytes, and nothing
 * about the session may leak through it.
 */
export const CLOSE_CODES = {
  goingAway: { code: 1001, reason: "server is restarting", isFinal: false },
  messageTooBig: { code: 1009, reason: "message too big", isFinal: false },
  overloaded: { code: 1013, reason: "too busy, come back", isFinal: false },
  badFrame: { code: 4400, reason: "bad frame", isFinal: true },
  unauthenticated: { code: 4401, reason: "sign in again", isFinal: true },
  forbidden: { code: 4403, reason: "not allowed", isFinal: true },
  notFound: { code: 4404, reason: "no such session", isFinal: true },
  sessionEnded: { code: 4409, reason: "session has ended", isFinal: true },
  tooLarge: { code: 4413, reason: "too large", isFinal: true },
  resync: { code: 4503, reason: "come back and resync", isFinal: false },
} as const satisfies Record<string, { code: number; reason: string; isFinal: boolean }>;

export type CloseName = keyof typeof CLOSE_CODES;

/** Whether a client that was closed with `code` should stop trying. Unknown codes mean come back. */
export function isFinalClose(code: number): boolean {
  return code >= 4400 && code < 4500;
}
