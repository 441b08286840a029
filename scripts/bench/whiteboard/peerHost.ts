/**
 * The servers that Lectern is compared with, as their makers set them up: no tokens, no rights, nothing saved.
 * Which one is said by the environment; tells its parent the port.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { Server } from "@hocuspocus/server";
import { setupWSConnection } from "@y/websocket-server/utils";
import { WebSocketServer } from "ws";

/** Hocuspocus' window for merging what many people write; the one that Lectern takes under load. */
const TUNED_FLUSH_MS = 8;

export type PeerName = "y-websocket" | "hocuspocus" | "hocuspocus-tuned";

async function listenHocuspocus(flushDelay?: number): Promise<number> {
  const server = new Server({
    quiet: true,
    ...(flushDelay === undefined ? {} : { flushDelay }),
  });
  server.configuration.port = 0;
  server.configuration.address = "127.0.0.1";
  await server.listen();
  return server.address.port;
}

/** As its own server.js does, on a newer `ws`. */
async function listenYWebsocket(): Promise<number> {
  const sockets = new WebSocketServer({ noServer: true });
  sockets.on("connection", setupWSConnection);
  const server = createServer();
  server.on("upgrade", (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (ws) => sockets.emit("connection", ws, request));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

const STARTS: Record<PeerName, () => Promise<number>> = {
  "y-websocket": listenYWebsocket,
  hocuspocus: () => listenHocuspocus(),
  "hocuspocus-tuned": () => listenHocuspocus(TUNED_FLUSH_MS),
};

process.on("SIGTERM", () => process.exit());
process.send?.({ port: await STARTS[process.env["BENCH_PEER"] as PeerName]() });
