/**
 * One listening port. It can be opened before there is anything to serve, because the engine must know its
 * own addresses to build what serves them; until then every request is asked to come back.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";

import { EmbeddedConvexError } from "../embeddedConvexError.ts";

export type HttpServer = {
  readonly server: Server;
  readonly port: number;
  serve(app: Hono): void;
  /** Stops listening and ends idle connections; busy ones end after their answer, or when `terminate` is called. */
  close(): Promise<void>;
  terminate(): void;
};

/** Who sends slower than that holds a connection for nothing. Bodies have longer: files are large. */
const TIME_LIMITS = { headersWithinMs: 20_000, requestWithinMs: 600_000, checkEveryMs: 5_000 };

/** @param port 0 for a free one. @throws EmbeddedConvexError PORT_TAKEN naming the port */
export async function openHttpServer(
  host: string,
  port: number,
  limits = TIME_LIMITS,
): Promise<HttpServer> {
  let listener: (request: IncomingMessage, response: ServerResponse) => unknown = askToComeBack;
  const server = createServer(
    {
      headersTimeout: limits.headersWithinMs,
      requestTimeout: limits.requestWithinMs,
      connectionsCheckingInterval: limits.checkEveryMs,
    },
    (request, response) => {
      listener(request, response);
    },
  );
  await listen(server, host, port);
  return {
    server,
    port: (server.address() as AddressInfo).port,
    serve(app) {
      listener = getRequestListener((request, env) => app.fetch(request, env), {
        overrideGlobalObjects: false,
      });
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
    terminate: () => server.closeAllConnections(),
  };
}

function askToComeBack(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503, { "Retry-After": "1" }).end("Starting");
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(listenError(error, host, port));
    });
    server.listen({ host, port }, resolve);
  });
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === "EADDRINUSE") {
    return new EmbeddedConvexError("PORT_TAKEN", `Port ${port} on ${host} is already in use`);
  }
  if (error.code === "EACCES" || error.code === "EADDRNOTAVAIL") {
    return new EmbeddedConvexError(
      "PORT_TAKEN",
      `Cannot listen on port ${port} of ${host}: ${error.message}`,
    );
  }
  return error;
}
