/**
 * The upgrade path: from a raw HTTP upgrade to a watched socket in a room. Everything is judged in
 * the order of its price: path, origin and counts before a byte is answered, the token before the
 * handshake ends, membership after it (GW9–GW14).
 */
import { STATUS_CODES } from "node:http";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { OwnedWebSocket } from "../../protocol/ownedWebSocket.ts";
import { ServerSocket } from "../../protocol/serverSocket.ts";
import type { Clock } from "../../util/clock.ts";
import type { Logger } from "../../util/logger.ts";
import { clientAddress } from "../http/clientAddress.ts";
import type { Origins } from "../http/origins.ts";
import { rememberTokens } from "../identity/rememberTokens.ts";
import type { Credentials } from "../identity/rememberTokens.ts";
import type { Tokens } from "../identity/tokens.ts";
import type { Metrics } from "../metrics.ts";
import { Admission } from "./admission.ts";
import type { SocketHandler, WatchAccess } from "./admission.ts";
import { Expiries } from "./expiries.ts";
import { createHandshake } from "./handshake.ts";
import { holdBack } from "./holdBack.ts";
import { Pinger } from "./pinger.ts";
import { SocketCounts, type SocketCount } from "./socketCounts.ts";
import {
  MAX_SOCKETS_PER_ADDRESS,
  MAX_SOCKETS_PER_SESSION,
  MAX_SOCKETS_PER_USER,
} from "./socketLimits.ts";
import { parseSocketPath } from "./socketRequest.ts";
import type { SocketKind, SocketTarget } from "./socketRequest.ts";
import { Visit } from "./visit.ts";

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
  const { origins, log, clock, trustedProxyHops } = deps;
  const shakeHands = createHandshake(rememberTokens(deps.tokens, clock), deps.legacyUrlTokens);
  const counts = new SocketCounts();
  const sockets = new Set<ServerSocket>();
  const pinger = new Pinger(clock, sockets);
  const welcome = createWelcome(deps, counts);
  let isClosing = false;
  let onEmpty: (() => void) | undefined;

  function upgrade(request: IncomingMessage, raw: Duplex, head: Buffer): void {
    raw.on("error", destroy); // a reset before or during the handshake
    const target = parseSocketPath(request.url ?? "");
    const address = clientAddress(request, trustedProxyHops);
    if (target === undefined) refuse(raw, 404);
    else if (isClosing) refuse(raw, 503);
    else if (!origins.isAllowed(request.headers.origin, request.headers.host)) refuse(raw, 403);
    else {
      const count = counts.take("address", address, MAX_SOCKETS_PER_ADDRESS);
      if (count === undefined) refuse(raw, 429);
      else begin({ request, raw, head, ...target }, count);
    }
  }

  function begin(newcomer: Upgrade & SocketTarget, address: SocketCount): void {
    const { raw, kind, sessionId } = newcomer;
    const release = () => address.release();
    raw.on("close", release);
    shakeHands(newcomer, (ws, credentials) => {
      const socket = new ServerSocket(ws, raw); // first of all: it hears from here on
      raw.off("error", destroy).off("close", release); // idle sockets hold no listener too many
      open(new Visit({ socket, kind, address }, ended), { ws, sessionId, credentials });
    }).catch((error: unknown) => {
      log.error({ err: error }, "socket handshake failed");
      raw.destroy();
    });
  }

  function open(visit: Visit, { ws, sessionId, credentials }: Opened): void {
    sockets.add(visit.socket);
    pinger.start();
    if (isClosing) visit.socket.close("goingAway");
    else if (credentials === undefined) visit.socket.close("unauthenticated");
    else welcome({ visit, letGo: holdBack(ws), sessionId, credentials });
  }

  function ended({ socket, kind }: Visit, code: number): void {
    deps.metrics.socketClosed(kind, code);
    sockets.delete(socket);
    if (sockets.size > 0) return;
    pinger.stop();
    onEmpty?.();
  }

  return {
    upgrade,
    stats: () => ({ sockets: sockets.size, counted: counts.size }),
    refuseNewcomers: () => (isClosing = true),
    async close() {
      isClosing = true;
      for (const socket of sockets) socket.close("goingAway");
      if (sockets.size > 0) await new Promise<void>((resolve) => (onEmpty = resolve));
    },
  };
}

/** As a listener it is one for all sockets. */
function destroy(this: Duplex): void {
  this.destroy();
}

type Upgrade = { request: IncomingMessage; raw: Duplex; head: Buffer };
type Opened = { ws: OwnedWebSocket; sessionId: string; credentials: Credentials | undefined };
type Newcomer = {
  visit: Visit;
  letGo: () => void;
  sessionId: string;
  credentials: Credentials;
};

/** What happens to a socket with a genuine token: counted, then admitted by its membership. */
function createWelcome(deps: SocketGatewayDeps, counts: SocketCounts) {
  const { watchAccess, isLoginLive, metrics, clock } = deps;
  const desk = { watchAccess, isLoginLive, clock, expiries: new Expiries(clock) };

  /** Counts a socket for its owner and its session for as long as it lives; undefined if there are too many. */
  function countIn({ visit, sessionId, credentials }: Newcomer): SocketCount | undefined {
    const user = counts.take("user", credentials.claims.userId, MAX_SOCKETS_PER_USER);
    if (user === undefined) return undefined;
    const session = counts.take(`${visit.kind} of`, sessionId, MAX_SOCKETS_PER_SESSION);
    if (session === undefined) user.release();
    else visit.countFor(user, session);
    return session;
  }

  return (newcomer: Newcomer): void => {
    const { visit, letGo, credentials } = newcomer;
    const { socket, kind } = visit;
    const session = countIn(newcomer);
    if (session === undefined) {
      socket.close("overloaded");
      return;
    }
    new Admission(desk, { socket, credentials, sessionId: session.name }, (principal) => {
      metrics.socketOpened(kind);
      deps.rooms[kind](socket, principal);
      letGo();
    });
  };
}

function refuse(raw: Duplex, status: 403 | 404 | 429 | 503): void {
  raw.once("finish", () => raw.destroy()); // a half-closed connection would stay for ever
  const retry = status === 429 || status === 503 ? "Retry-After: 5\r\n" : "";
  const reason = STATUS_CODES[status] ?? "";
  raw.end(`HTTP/1.1 ${status} ${reason}\r\n${retry}Connection: close\r\nContent-Length: 0\r\n\r\n`);
}
