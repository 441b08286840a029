/** People who move their cursors, all the time. A latency is until a client has that cursor or a newer one of the same person. */
import { setTimeout as sleep } from "node:timers/promises";

import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";

import { connectAll } from "../boardPeer.ts";
import type { LoadContext } from "./loadContext.ts";

const PROBES = 2;
const LAST_MS = 500; // for the last ones to arrive

export type CursorsSeen = { moved: number; latencies: number[]; frames: number };

export async function cursors(
  { doors, dialect, ready }: LoadContext,
  { perSecondEach, forMs }: { perSecondEach: number; forMs: number },
): Promise<CursorsSeen> {
  const peers = (await connectAll(doors, dialect)).flat();
  const sentAt: number[][] = peers.map(() => []);
  const latencies: number[] = [];
  for (const probe of peers.slice(0, PROBES)) {
    const seen = peers.map(() => 0);
    probe.onAwareness = (update) => {
      const now = performance.now();
      for (const { client, clock } of entriesOf(update)) {
        const times = sentAt[client - FIRST_CLIENT_ID];
        if (times === undefined) continue;
        for (let i = seen[client - FIRST_CLIENT_ID] ?? 0; i < clock; i++) {
          latencies.push(now - (times[i] ?? NaN));
        }
        seen[client - FIRST_CLIENT_ID] = clock;
      }
    };
  }
  const moves = Math.ceil((perSecondEach * forMs) / 1000);
  const frames = peers.map((peer, number) =>
    Array.from({ length: moves }, (_, i) => peer.frames.awareness(cursorAt(number, i + 1))),
  );
  await ready();
  const before = peers.reduce((sum, { messages }) => sum + messages, 0);
  const startedAt = performance.now();
  const all = moves * peers.length;
  for (let moved = 0; moved < all;) {
    const due = ((performance.now() - startedAt) / 1000) * perSecondEach * peers.length;
    for (; moved < Math.min(due, all); moved++) {
      const number = moved % peers.length;
      const frame = frames[number]?.[Math.floor(moved / peers.length)];
      if (frame === undefined) continue;
      sentAt[number]?.push(performance.now());
      peers[number]?.send(frame);
    }
    await sleep(1);
  }
  await sleep(LAST_MS);
  const after = peers.reduce((sum, { messages }) => sum + messages, 0);
  return { moved: all, latencies, frames: after - before };
}

const FIRST_CLIENT_ID = 1_000_000;

/** As the page sends it. */
function cursorAt(number: number, clock: number): Uint8Array {
  const cursor = { x: (number * 31 + clock * 5) % 1_600, y: (clock * 3) % 1_000 };
  const user = { name: `Person ${number}`, color: "#2563eb" };
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, 1);
    encoding.writeVarUint(encoder, FIRST_CLIENT_ID + number);
    encoding.writeVarUint(encoder, clock);
    encoding.writeVarString(encoder, JSON.stringify({ user, cursor }));
  });
}

function entriesOf(update: Uint8Array): { client: number; clock: number }[] {
  const decoder = decoding.createDecoder(update);
  return Array.from({ length: decoding.readVarUint(decoder) }, () => {
    const entry = {
      client: decoding.readVarUint(decoder),
      clock: decoding.readVarUint(decoder),
    };
    decoding.readVarString(decoder);
    return entry;
  });
}
