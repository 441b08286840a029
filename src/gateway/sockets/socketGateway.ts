/**
 * The upgrade path: from a raw HTTP upgrade to a watched socket in a room. Everything is judged in
 * the order of its price: path, origin and counts before a byte is answered, the token before the
 * handshake ends, membership after it (GW9–GW14).
 */
import { STATUS_CODES } from "node:http";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { GatewaySocket } from "../../protocol/gatewaySocket.ts";
import { createServerSocket } from "../../protocol/serverSocket.ts";
import type { Clock } from "../../util/clock.ts";
import type { Logger } from "../../util/logger.ts";
import { clientAddress } from "../http/clientAddress.ts";
import type { Origins } from "../http/origins.ts";
import type { Tokens } from "../identity/tokens.ts";
import type { Metrics } from "../metrics.ts";
import { admit } from "./admission.ts";
import type { SocketHandler, WatchAccess } from "./admission.ts";
import { createHandshake } from "./handshake.ts";
import type { Credentials } from "./handshake.ts";
import { holdBack } from "./holdBack.ts";
import { createPinger } from "./pinger.ts";
import { createSocketCounts } from "./socketCounts.ts";
import {
  MAX_SOCKETS_PER_ADDRESS,
  MAX_SOCKETS_PER_SESSION,
  MAX_SOCKETS_PER_USER,
} from "./socketLimits.ts";
import { parseSocketPath } from "./socketRequest.ts";
import type { SocketKind, SocketTarget } from "./socketRequest.ts";

export interface SocketGatewayDeps {
  readonly tokens: Tokens;
  readonly origins: Origins;
  readonly watchAccess: WatchAccess;
  readonly isLoginLive: (token: string) => Promise<boolean>;
  readonly rooms: Readonly<Record<SocketKind, SocketHandler>>;
  readonly legacyUrlTokens: boolean;
  readonly trustedProxyHops: number;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly clock: Clock;
}

export interface SocketGateway {
  /** For the HTTP server's `upgrade` event. Never throws. */
  upgrade(request: IncomingMessage, raw: Duplex, head: Buffer): void;
  /** How much is held; back to zero when everybody has gone. */
  stats(): { sockets: number; counted: number };
  refuseNewcomers(): void;
  /** Closes everybody with 1001; resolves when all have gone. */
  close(): Promise<void>;
}

export function createSocketGateway(deps: SocketGatewayDeps): SocketGateway {
  const { origins, metrics, log, trustedProxyHops } = deps;
  const shakeHands = createHandshake(deps.tokens, deps.legacyUrlTokens);
  const counts = createSocketCounts();
  const pinger = createPinger(deps.clock);
  const sockets = new Set<GatewaySocket>();
  const welcome = createWelcome(deps, counts);
  let isClosing = false;
  let onEmpty: (() => void) | undefined;

  function upgrade(request: IncomingMessage, raw: Duplex, head: Buffer): void {
    raw.on("error", () => raw.destroy()); // a reset before or during the handshake
    const target = parseSocketPath(request.url ?? "");
    const { origin, host } = request.headers;
    if (target === undefined) {
      refuse(raw, 404);
    } else if (isClosing) {
      refuse(raw, 503);
    } else if (!origins.isAllowed(origin, host)) {
      refuse(raw, 403);
    } else {
      const address = clientAddress(request, trustedProxyHops);
      const release = counts.take(`address ${address}`, MAX_SOCKETS_PER_ADDRESS);
      if (release === undefined) {
        refuse(raw, 429);
        return;
      }
      raw.once("close", release);
      const { kind } = target;
      shakeHands({ request, raw, head, kind }, (ws, credentials) => {
        open(ws, target, credentials);
      }).catch((error: unknown) => {
        log.error({ err: error }, "socket handshake failed");
        raw.destroy();
      });
    }
  }

  function open(ws: WebSocket, target: SocketTarget, credentials: Credentials | undefined): void {
    const socket = createServerSocket(ws); // first of all: it listens from here on
    sockets.add(socket);
    pinger.add(ws);
    socket.onClose((code) => {
      sockets.delete(socket);
      metrics.socketClosed(target.kind, code);
      if (sockets.size === 0) onEmpty?.();
    });
    if (isClosing) socket.close("goingAway");
    else if (credentials === undefined) socket.close("unauthenticated");
    else welcome({ socket, letGo: holdBack(ws), target, credentials });
  }

  return {
    upgrade,
    stats: () => ({ sockets: sockets.size, counted: counts.size() }),
    refuseNewcomers: () => (isClosing = true),
    async close() {
      isClosing = true;
      for (const socket of sockets) socket.close("goingAway");
      if (sockets.size > 0) await new Promise<void>((resolve) => (onEmpty = resolve));
    },
  };
}

type Newcomer = {
  socket: GatewaySocket;
  letGo: () => void;
  target: SocketTarget;
  credentials: Credentials;
};

/** What happens to a socket with a genuine token: counted, then admitted by its membership. */
function createWelcome(deps: SocketGatewayDeps, counts: ReturnType<typeof createSocketCounts>) {
  const { watchAccess, metrics, clock } = deps;
  return ({ socket, letGo, target, credentials }: Newcomer): void => {
    const { kind, sessionId } = target;
    const { token, claims } = credentials;
    const ofUser = counts.take(`user ${claims.userId}`, MAX_SOCKETS_PER_USER);
    const ofSession = counts.take(`${kind} ${sessionId}`, MAX_SOCKETS_PER_SESSION);
    socket.onClose(() => {
      ofUser?.();
      ofSession?.();
    });
    if (ofUser === undefined || ofSession === undefined) {
      socket.close("overloaded");
      return;
    }
    const isLoginLive = () => deps.isLoginLive(token);
    const enter: SocketHandler = (admitted, principal) => {
      metrics.socketOpened(kind);
      deps.rooms[kind](admitted, principal);
      letGo();
    };
    admit({ socket, claims, sessionId, watchAccess, isLoginLive, enter, clock });
  };
}

function refuse(raw: Duplex, status: 403 | 404 | 429 | 503): void {
  raw.once("finish", () => raw.destroy()); // a half-closed connection would stay for ever
  const retry = status === 429 || status === 503 ? "Retry-After: 5\r\n" : "";
  const reason = STATUS_CODES[status] ?? "";
  raw.end(`HTTP/1.1 ${status} ${reason}\r\n${retry}Connection: close\r\nContent-Length: 0\r\n\r\n`);
}
