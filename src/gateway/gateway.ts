/**
 * The edge of the companion: one HTTP server, its routes and its sockets. Limits what a connection
 * may cost before it is read (GW1). Speaks to rooms and to Convex only through what it is handed.
 */
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { createHttpApp } from "./http/httpApp.ts";
import type { HttpAppDeps } from "./http/httpApp.ts";
import {
  HEADERS_TIMEOUT_MS,
  KEEP_ALIVE_MS,
  MAX_HEADER_BYTES,
  REQUEST_TIMEOUT_MS,
  TIMEOUT_CHECK_MS,
} from "./http/requestLimits.ts";
import { createSocketGateway } from "./sockets/socketGateway.ts";
import type { SocketGatewayDeps } from "./sockets/socketGateway.ts";

/** What running requests get when we close; an upload that takes longer is sent again. */
const LAST_REQUESTS_MS = 1_500;

export type GatewayDeps = HttpAppDeps & SocketGatewayDeps;

export interface Gateway {
  /** Resolves to the bound port. @throws the system's error, such as EADDRINUSE */
  listen(host: string, port: number): Promise<number>;
  /** How much is held; all back to where it was when everybody has gone. */
  stats(): { sockets: number; counted: number; connections: number };
  /** Lets nobody new in, while those who are inside finish. */
  refuseNewcomers(): void;
  /** Closes what sockets are left with 1001, waits a little for running requests and lets go. */
  close(): Promise<void>;
}

export function createGateway(deps: GatewayDeps): Gateway {
  const app = createHttpApp(deps);
  const sockets = createSocketGateway(deps);
  const server = createLimitedServer();
  const connections = new Set<Socket>();
  const listener = getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    // Unread bodies are thrown away by Node itself; the adapter would cut the connection after half
    // a second, before a client that is still sending has seen why it was refused.
    autoCleanupIncoming: false,
  });
  server.on("request", (request, response) => void listener(request, response));
  server.on("connection", (connection) => {
    connections.add(connection);
    connection.on("close", forget);
  });
  server.on("upgrade", (request, socket, head) => {
    connections.delete(request.socket); // from now on the sockets' to close
    request.socket.off("close", forget);
    sockets.upgrade(request, socket, head);
  });
  let closed: Promise<void> | undefined;

  /** As a listener it is one for all connections. */
  function forget(this: Socket): void {
    connections.delete(this);
  }

  function refuseNewcomers(): void {
    sockets.refuseNewcomers();
    closed ??= new Promise((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
  }

  return {
    listen: (host, port) => listen(server, host, port),
    stats: () => ({ ...sockets.stats(), connections: connections.size }),
    refuseNewcomers,
    async close() {
      refuseNewcomers();
      const cancel = deps.clock.after(LAST_REQUESTS_MS, () => {
        for (const connection of connections) connection.destroy();
      });
      await sockets.close();
      await closed;
      cancel();
    },
  };
}

function createLimitedServer(): Server {
  return createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
  });
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
