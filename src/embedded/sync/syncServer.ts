/**
 * Accepts sync sockets on an HTTP server and keeps them: upgrades, feeds their frames in order to a
 * `SyncConnection`, pings them, and bounds what one peer may hold of the memory.
 */
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";

import { WebSocketServer, type RawData, type WebSocket } from "ws";

import type { FunctionRunner } from "../functions/functionRunner.ts";
import { Breather } from "./breather.ts";
import type { LiveQueries } from "./liveQueries.ts";
import type { SocketAuth } from "./socketIdentity.ts";
import { MemoryBudget } from "./memoryBudget.ts";
import { SocketOutbox } from "./socketOutbox.ts";
import { SyncConnection } from "./syncConnection.ts";
import { understandsChunks } from "./transitionChunks.ts";

const SYNC_PATH = /^\/api\/(?:([^/]+)\/)?sync$/;
/** 16 MiB of arguments, as base64 within JSON, and the rest of the message. */
const MAX_FRAME_BYTES = 32 * 1024 * 1024;
/** Frames that wait for the one before them; beyond it the socket is not read. */
const MAX_WAITING_CHARS = 1024 * 1024;
/** So that empty frames count too. */
const FRAME_OVERHEAD_CHARS = 64;
const MAX_SOCKETS = 20_000;
const KEEP_ALIVE_MS = 5_000;
/** A socket that never says Connect would be held for nothing. */
const CONNECT_WITHIN_MS = 30_000;
const GOING_AWAY = 1001;

export type SyncServerDeps = {
  live: LiveQueries;
  runner: Pick<FunctionRunner, "runMutation" | "runAction">;
  auth: SocketAuth;
  /** For all sockets. Default: half a billion characters. */
  budget?: MemoryBudget;
  now: () => number;
  onError: (error: unknown) => void;
};

type Peer = { connection: SyncConnection; outbox: SocketOutbox; openedAt: number };

export class SyncServer {
  readonly #deps: SyncServerDeps;
  readonly #peers = new Map<WebSocket, Peer>();
  readonly #timer: NodeJS.Timeout;
  readonly #budget: MemoryBudget;
  readonly #wss = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false, // a client could make us inflate far more than it sends
    clientTracking: false,
    autoPong: false, // a peer that pings and never reads would have us keep all the answers
  });

  constructor(deps: SyncServerDeps) {
    this.#deps = deps;
    this.#budget = deps.budget ?? MemoryBudget.ofEngine();
    this.#timer = setInterval(() => this.#keepAlive(), KEEP_ALIVE_MS);
  }

  get socketCount(): number {
    return this.#peers.size;
  }

  attach(server: Server): void {
    server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** Stops pinging and tells all clients to come back later. */
  close(): void {
    clearInterval(this.#timer);
    for (const [socket, { connection }] of this.#peers) {
      connection.close();
      socket.close(GOING_AWAY, "The server is stopping");
    }
    this.#wss.close();
  }

  /** Ends sockets that did not answer the close in time. */
  terminate(): void {
    for (const socket of this.#peers.keys()) socket.terminate();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy()); // a peer that resets while we upgrade it
    const path = (request.url ?? "").split("?", 1)[0] ?? "";
    const match = SYNC_PATH.exec(path);
    if (match === null) refuse(socket, "404 Not Found");
    else if (this.#peers.size >= MAX_SOCKETS) refuse(socket, "503 Service Unavailable");
    else {
      this.#wss.handleUpgrade(request, socket, head, (webSocket) => {
        this.#accept(webSocket, request, match[1]);
      });
    }
  }

  #accept(socket: WebSocket, request: IncomingMessage, clientVersion: string | undefined): void {
    const { now } = this.#deps;
    const outbox = new SocketOutbox(socket, request.socket, now);
    const connection = new SyncConnection({
      ...this.#deps,
      outbox,
      budget: this.#budget.forSocket(),
      canChunk: understandsChunks(clientVersion),
      request: {
        ip: request.socket.remoteAddress ?? null,
        userAgent: request.headers["user-agent"] ?? null,
      },
    });
    this.#peers.set(socket, { connection, outbox, openedAt: now() });
    receiveInOrder(socket, connection, outbox);
    socket.on("pong", () => outbox.heard());
    socket.on("ping", (data) => outbox.pong(data));
    socket.on("close", () => {
      this.#peers.delete(socket);
      connection.close();
    });
  }

  #keepAlive(): void {
    const now = this.#deps.now();
    for (const [socket, { connection, outbox, openedAt }] of this.#peers) {
      if (!connection.isConnected && now - openedAt > CONNECT_WITHIN_MS) socket.terminate();
      else outbox.keepAlive();
    }
  }
}

/** Hands frames to the connection one after the other, and stops reading when too much waits. */
function receiveInOrder(socket: WebSocket, connection: SyncConnection, outbox: SocketOutbox): void {
  const waiting: string[] = [];
  let waitingChars = 0;
  let isDraining = false;

  async function drain(): Promise<void> {
    isDraining = true;
    const breather = new Breather();
    for (let frame = waiting.shift(); frame !== undefined; frame = waiting.shift()) {
      waitingChars -= frame.length + FRAME_OVERHEAD_CHARS;
      await connection.receive(frame);
      await breather.breathe();
    }
    isDraining = false;
    if (socket.isPaused) socket.resume();
  }

  socket.on("message", (data: RawData, isBinary: boolean) => {
    outbox.heard();
    // Binary frames are no part of the protocol; as text they are refused like any other nonsense.
    const frame = isBinary ? "" : rawText(data);
    waiting.push(frame);
    waitingChars += frame.length + FRAME_OVERHEAD_CHARS;
    if (waitingChars > MAX_WAITING_CHARS) socket.pause();
    if (!isDraining) void drain();
  });
  // Oversized and malformed frames: ws closes the socket with the right code after this event.
  socket.on("error", () => undefined);
}

function rawText(data: RawData): string {
  if (Buffer.isBuffer(data)) return data.toString("utf8");
  return Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]).toString("utf8");
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
