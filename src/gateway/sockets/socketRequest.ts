/**
 * What an upgrade request asks for, read from its path and subprotocols. Pure; trusts nothing.
 * The token travels as the subprotocol `bearer.<jwt>`, since browsers can set no header and what is
 * in a URL ends up in logs (GW9).
 */
export type SocketKind = "tutor" | "board";

/** What the server answers with; a browser refuses a connection for which none was chosen. */
export const SUBPROTOCOL = "lectern.v1";
const BEARER = "bearer.";

export interface SocketTarget {
  readonly kind: SocketKind;
  readonly sessionId: string;
}

/** Undefined for paths that are no socket's. The query is ignored, as stock providers may add one. */
export function parseSocketPath(url: string): SocketTarget | undefined {
  const [, kind, sessionId] = /^\/ws\/(tutor|board)\/([A-Za-z0-9_-]{1,64})(?:\?|$)/.exec(url) ?? [];
  if (sessionId === undefined) return undefined;
  return { kind: kind === "tutor" ? "tutor" : "board", sessionId };
}

/** The token that a `Sec-WebSocket-Protocol` header offers. */
export function offeredToken(header: string | undefined): string | undefined {
  const offered = (header ?? "").split(",").map((name) => name.trim());
  return offered.find((name) => name.startsWith(BEARER))?.slice(BEARER.length);
}
