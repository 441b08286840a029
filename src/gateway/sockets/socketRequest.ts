/**
 * What an upgrade request asks for, read from its path and subprotocols. Pure; trusts nothing.
 * The token travels as the subprotocol `bearer.<jwt>`, since browsers can set no header and what is
 * in a URL ends up in logs (GW9). Clients of the legacy API can only put it there (LB3).
 */
export type SocketKind = "tutor" | "board" | "legacyBoard";

/** What the server answers with; a browser refuses a connection for which none was chosen. */
export const SUBPROTOCOL = "lectern.v1";
const BEARER = "bearer.";

export interface SocketTarget {
  readonly kind: SocketKind;
  readonly sessionId: string;
}

const PATHS: readonly (readonly [SocketKind, RegExp])[] = [
  ["tutor", /^\/ws\/tutor\/([A-Za-z0-9_-]{1,64})(?:\?|$)/],
  ["board", /^\/ws\/board\/([A-Za-z0-9_-]{1,64})(?:\?|$)/],
  ["legacyBoard", /^\/ws\/v2\/session\/([A-Za-z0-9_-]{1,64})\/whiteboard(?:\?|$)/],
];

/** Undefined for paths that are no socket's. The query is ignored, as stock providers may add one. */
export function parseSocketPath(url: string): SocketTarget | undefined {
  for (const [kind, path] of PATHS) {
    const sessionId = path.exec(url)?.[1];
    if (sessionId !== undefined) return { kind, sessionId };
  }
  return undefined;
}

/** The token that a URL carries as `?token=`. */
export function tokenInUrl(url: string): string | undefined {
  const query = url.indexOf("?");
  if (query === -1) return undefined;
  return new URLSearchParams(url.slice(query)).get("token") ?? undefined;
}

/** The token that a `Sec-WebSocket-Protocol` header offers. */
export function offeredToken(header: string | undefined): string | undefined {
  const offered = (header ?? "").split(",").map((name) => name.trim());
  return offered.find((name) => name.startsWith(BEARER))?.slice(BEARER.length);
}
