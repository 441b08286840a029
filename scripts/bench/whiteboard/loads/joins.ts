/** A class that comes in: everybody opens the same large board at once. */
import { setTimeout as sleep } from "node:timers/promises";

import { BoardPeer, connectAll } from "../boardPeer.ts";
import type { Door } from "../boardServer.ts";
import { filledBoard } from "../edits.ts";
import type { LoadContext } from "./loadContext.ts";

export type JoinsSeen = {
  /** From the first connection until the last client has the board, ms. */
  allMs: number;
  /** Of each client, ms. */
  latencies: number[];
  /** The fewest that a client got. */
  leastBytes: number;
};

export async function joins(
  { doors, dialect, ready }: LoadContext,
  { boardBytes }: { boardBytes: number },
): Promise<JoinsSeen> {
  const [first, ...others] = doors.flat();
  if (first === undefined) throw new Error("nobody joins");
  const [[drawer, watcher] = []] = await connectAll([[first, first]], dialect);
  if (drawer === undefined || watcher === undefined) throw new Error("nobody draws");
  const written = drawer.frames;
  let seen = 0; // by somebody else: not every server sends back what one has sent
  watcher.onUpdate = (update) => (seen += update.byteLength);
  const updates = filledBoard(boardBytes);
  for (const update of updates) drawer.send(written.update(update));
  const bytes = updates.reduce((sum, update) => sum + update.byteLength, 0);
  while (seen < bytes * 0.9) await sleep(20);
  await sleep(SAVED_MS);
  await ready();

  const startedAt = performance.now();
  const latencies: number[] = [];
  const join = async (door: Door): Promise<BoardPeer> => {
    for (;;) {
      const peer = new BoardPeer(door, dialect);
      try {
        await peer.synced;
        latencies.push(performance.now() - startedAt);
        return peer;
      } catch {
        await sleep(COMES_BACK_MS); // a server that is late may refuse; a provider tries again
      }
    }
  };
  const peers = await Promise.all(others.map(join));
  const allMs = performance.now() - startedAt;
  return { allMs, latencies, leastBytes: Math.min(...peers.map((peer) => peer.bytes)) };
}

const COMES_BACK_MS = 200;
const SAVED_MS = 2_000; // whoever keeps the board has written it by then
