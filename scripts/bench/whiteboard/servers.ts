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

/** One after the other, each in a process of its own, so that they do not share the machine. */
export async function forEachServer<R>(
  names: readonly ServerName[],
  work: (server: BoardServer) => Promise<R>,
): Promise<Map<ServerName, R>> {
  const results = new Map<ServerName, R>();
  for (const name of names) results.set(name, await withServer(name, work));
  return results;
}
