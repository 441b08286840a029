/** Starts one of the servers of peerHost.ts. */
import { fileURLToPath } from "node:url";

import { answerOf } from "../engineProcess.ts";
import type { BoardServer } from "./boardServer.ts";
import type { PeerName } from "./peerHost.ts";
import { startServerProcess } from "./serverProcess.ts";

const HOST = fileURLToPath(new URL("./peerHost.ts", import.meta.url));

export async function startPeerServer(peer: PeerName, name: string): Promise<BoardServer> {
  const { child, sample, close } = startServerProcess(HOST, { BENCH_PEER: peer });
  const { port } = (await answerOf(child)) as { port: number };
  let made = 0;
  return {
    name,
    dialect: peer === "y-websocket" ? "y-websocket" : "hocuspocus",
    doors(boards, clients) {
      const all = Array.from({ length: boards }, () => {
        const document = `board-${(made += 1)}`;
        const url = `http://127.0.0.1:${port}/${document}`;
        return Array.from({ length: clients }, () => ({ url, subprotocols: [], document }));
      });
      return Promise.resolve(all);
    },
    sample,
    close,
  };
}
