/**
 * From an upgrade request to an open WebSocket and what its token proves. Refusals that a client
 * should act on are told by a close code, which needs a finished handshake, so the handshake is
 * finished for everybody; whoever showed no genuine token gets the smallest frame limit (GW10).
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type Server } from "ws";
import { OwnedWebSocket } from "../../protocol/ownedWebSocket.ts";
import type { Credentials } from "../identity/rememberTokens.ts";
import { CLOSE_TIMEOUT_MS, MAX_FRAME_BYTES, MAX_REFUSED_FRAME_BYTES } from "./socketLimits.ts";
import { SUBPROTOCOL, offeredToken, tokenInUrl } from "./socketRequest.ts";
import type { SocketKind } from "./socketRequest.ts";

/** Calls back at once when the socket is open, before any of its messages can arrive. */
export type Handshake = (
  upgrade: { request: IncomingMessage; raw: Duplex; head: Buffer; kind: SocketKind },
  onOpen: (ws: OwnedWebSocket, credentials: Credentials | undefined) => void,
) => Promise<void>;

/** `legacyUrlTokens`: whether legacy sockets may carry their token in the URL. */
export function createHandshake(
  credentialsOf: (token: string) => Promise<Credentials | undefined>,
  legacyUrlTokens: boolean,
): Handshake {
  const servers = {
    tutor: createServer(MAX_FRAME_BYTES.tutor),
    board: createServer(MAX_FRAME_BYTES.board),
    legacyBoard: createServer(MAX_FRAME_BYTES.legacyBoard),
  };
  const refusing = createServer(MAX_REFUSED_FRAME_BYTES);

  return async ({ request, raw, head, kind }, onOpen) => {
    const mayBeInUrl = kind === "legacyBoard" && legacyUrlTokens;
    const token =
      offeredToken(request.headers["sec-websocket-protocol"]) ??
      (mayBeInUrl ? tokenInUrl(request.url ?? "") : undefined);
    // Nothing reads `raw` while the token is checked: what the client sends meanwhile waits in TCP.
    const credentials = token === undefined ? undefined : await credentialsOf(token);
    const server = credentials === undefined ? refusing : servers[kind];
    server.handleUpgrade(request, raw, head, (ws) => onOpen(ws, credentials));
  };
}

function createServer(maxPayload: number): Server<typeof OwnedWebSocket> {
  const untyped = { closeTimeout: CLOSE_TIMEOUT_MS }; // newer than the types of `ws`
  return new WebSocketServer({
    ...untyped,
    noServer: true,
    WebSocket: OwnedWebSocket,
    autoPong: false, // its owner answers
    clientTracking: false,
    perMessageDeflate: false, // a small frame must not unpack to a large one
    maxPayload,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
}
