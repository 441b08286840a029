/** The servers that are measured, by the names that the tables give them. */
import type { BoardServer } from "./boardServer.ts";
import { startLecternServer } from "./lecternServer.ts";
import { startPeerServer } from "./peerServer.ts";

export const SERVERS = ["lectern", "yWebsocket", "hocuspocus", "tunedHocuspocus"] as const;
export type ServerName = (typeof SERVERS)[number];

const STARTS: Record<ServerName, () => Promise<BoardServer>> = {
  lectern: () => startLecternServer("Lectern"),
  yWebsocket: () => startPeerServer("y-websocket", "@y/websocket-server"),
  hocuspocus: () => startPeerServer("hocuspocus", "Hocuspocus"),
  tunedHocuspocus: () => startPeerServer("hocuspocus-tuned", "Hocuspocus, `flushDelay` 8 ms"),
};

/** Runs `work` with a server of its own, which is closed afterwards whatever happens. */
export async function withServer<R>(
  name: ServerName,
  work: (server: BoardServer) => Promise<R>,
): Promise<R> {
  const server = await STARTS[name]();
  try {
    return await work(server);
  } finally {
    await server.close();
  }
}
