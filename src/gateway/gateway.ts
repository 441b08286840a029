/**
 * The edge of the companion: one HTTP server, its routes and its sockets. Limits what a connection
 * may cost before it is read (GW1). Speaks to rooms and to Convex only through what it is handed.
 */
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
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

export type GatewayDeps = HttpAppDeps & SocketGatewayDeps;

export interface Gateway {
  /** Resolves to the bound port. @throws the system's error, such as EADDRINUSE */
  listen(host: string, port: number): Promise<number>;
  stats(): { sockets: number; counted: number; connections: number };
  /** Takes no more newcomers, closes all sockets with 1001 and waits for running requests. */
  close(): Promise<void>;
}

export function createGateway(deps: GatewayDeps): Gateway {
  const app = createHttpApp(deps);
  const sockets = createSocketGateway(deps);
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
  });
  const connections = new Set<object>();
  const listener = getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    // Unread bodies are thrown away by Node itself; the adapter would cut the connection after half
    // a second, before a client that is still sending has seen why it was refused.
    autoCleanupIncoming: false,
  });
  server.on("request", (request, response) => void listener(request, response));
  server.on("upgrade", (request, socket, head) => sockets.upgrade(request, socket, head));
  server.on("connection", (connection) => {
    connections.add(connection);
    connection.once("close", () => connections.delete(connection));
  });

  return {
    listen: (host, port) => listen(server, host, port),
    stats: () => ({ ...sockets.stats(), connections: connections.size }),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await sockets.close();
      server.closeIdleConnections();
      await closed;
    },
  };
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
