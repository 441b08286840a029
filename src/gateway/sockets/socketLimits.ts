/**
 * What one socket may cost, before anything is known about it and after, as named numbers with their
 * reasons. Each is attacked by a test with real sockets (GW10–GW14).
 */
import type { SocketKind } from "./socketRequest.ts";

const SECOND_MS = 1_000;
const KIB = 1024;

/** From a finished handshake to a proven right to be here; Convex answers in milliseconds. */
export const ADMISSION_TIMEOUT_MS = 10 * SECOND_MS;
/**
 * Largest frame. A question of MAX_QUESTION_CHARS fits in the widest script, escaped, with a board selection; a
 * whole board is one sync message.
 */
export const MAX_FRAME_BYTES = {
  tutor: 64 * KIB,
  board: 8 * 1024 * KIB,
  legacyBoard: 8 * 1024 * KIB,
} as const satisfies Record<SocketKind, number>;
/** Whoever is not let in may say nothing worth keeping; room for the close frame. */
export const MAX_REFUSED_FRAME_BYTES = 1 * KIB;
/** What a socket may say before it is let in; then reading pauses, so that TCP pushes back. */
export const MAX_EARLY_MESSAGES = 64;
export const MAX_EARLY_BYTES = 256 * KIB;

/** A page pings through proxies that drop idle connections after 60 s, and finds dead peers. */
export const PING_EVERY_MS = 25 * SECOND_MS;
/** Time for the other side to answer a close frame; `ws` itself waits 30 s. */
export const CLOSE_TIMEOUT_MS = 2 * SECOND_MS;

/** Behind one school address sit whole schools; 12,000 idle sockets are about 300 MB here. */
export const MAX_SOCKETS_PER_ADDRESS = 12_000;
/** Stops a page that reconnects in a loop. Against attackers the address counts: guests are free. */
export const MAX_SOCKETS_PER_USER = 1_024;
/** Of one kind. A board was measured with 1,000 people joining at once. */
export const MAX_SOCKETS_PER_SESSION = 6_000;
