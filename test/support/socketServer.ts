/**
 * A real WebSocket server on a free port in the place of the gateway: no identity, the test says who
 * each socket belongs to. Closed at the end of the test by itself.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { WebSocketServer } from "ws";
import type { GatewaySocket } from "../../src/protocol/gatewaySocket.ts";
import { OwnedWebSocket } from "../../src/protocol/ownedWebSocket.ts";
import { ServerSocket } from "../../src/protocol/serverSocket.ts";

export interface SocketServer {
  /** `ws://127.0.0.1:port` */
  url: string;
  close(): Promise<void>;
}

/** `accept` gets each socket with the path and query it asked for. */
export async function startSocketServer(
  accept: (socket: GatewaySocket, url: URL) => void,
  options: { maxPayload?: number; port?: number } = {},
): Promise<SocketServer> {
  const http = createServer();
  const server = new WebSocketServer({
    server: http,
    WebSocket: OwnedWebSocket,
    autoPong: false,
    perMessageDeflate: false,
    maxPayload: options.maxPayload ?? 8 * 1024 * 1024,
    handleProtocols: (protocols) => (protocols.has("lectern.v1") ? "lectern.v1" : false),
  });
  server.on("connection", (ws, request) => {
    accept(new ServerSocket(ws, request.socket), new URL(request.url ?? "/", "ws://127.0.0.1"));
  });
  await new Promise<void>((resolve) => http.listen(options.port ?? 0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  function close(): Promise<void> {
    closing ??= new Promise((resolve) => {
      for (const client of server.clients) client.terminate();
      server.close();
      http.close(() => resolve());
    });
    return closing;
  }
  onTestFinished(close);
  return { url: `ws://127.0.0.1:${port}`, close };
}
