/**
 * People who draw, at a steady rate over all boards. A latency is from the moment an update is written to
 * its socket until another client of that board has it, whether alone or merged with others.
 */
import { setTimeout as sleep } from "node:timers/promises";

import * as Y from "yjs";

import { connectAll, type BoardPeer } from "../boardPeer.ts";
import { editsOf } from "../edits.ts";
import type { LoadContext } from "./loadContext.ts";

const PROBES_PER_BOARD = 2;
const GIVE_UP_MS = 5_000; // after the last update that came

export type UpdatesSeen = {
  sent: number;
  /** How long sending took, ms; more than asked when the load itself could not keep up. */
  sendingMs: number;
  /** At the probes, ms. */
  latencies: number[];
  /** What probes never got. */
  missing: number;
  closed: number;
  /** Frames that all clients got, and their bytes. */
  frames: number;
  bytes: number;
  /** Share of one core that this process took. */
  loadShare: number;
};

type Author = {
  peer: BoardPeer;
  frames: Buffer[];
  clocks: number[];
  sentAt: number[];
  next: number;
};

export async function updates(
  { doors, dialect, ready }: LoadContext,
  { perSecond, forMs }: { perSecond: number; forMs: number },
): Promise<UpdatesSeen> {
  const boards = await connectAll(doors, dialect);
  const clients = boards.reduce((sum, peers) => sum + peers.length, 0);
  const each = Math.ceil((perSecond * forMs) / 1000 / clients);
  const latencies: number[] = [];
  const byBoard = boards.map((peers) => watchedAuthors(peers, each, latencies));
  const inTurns = interleaved(byBoard);
  await ready();

  const counted = count(boards);
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  let sent = 0;
  while (sent < each * clients) {
    const due = Math.min(each * clients, ((performance.now() - startedAt) / 1000) * perSecond);
    for (; sent < due; sent++) sendNext(inTurns[sent % clients]);
    await sleep(1);
  }
  const sendingMs = performance.now() - startedAt;
  const expected = boards.reduce(
    (sum, peers) => sum + (peers.length - 1) * Math.min(PROBES_PER_BOARD, peers.length) * each,
    0,
  );
  await allSeen(latencies, expected);
  const { user, system } = process.cpuUsage(cpu);
  const wallMs = performance.now() - startedAt;
  const after = count(boards);
  return {
    sent,
    sendingMs,
    latencies: sampleOf(latencies),
    missing: expected - latencies.length,
    closed: after.closed,
    frames: after.frames - counted.frames,
    bytes: after.bytes - counted.bytes,
    loadShare: (user + system) / 1000 / wallMs,
  };
}

/** Prepares what everybody on one board will send and sets the probes on it. */
function watchedAuthors(peers: readonly BoardPeer[], each: number, latencies: number[]): Author[] {
  const byClientId = new Map<number, Author>();
  for (const [number, peer] of peers.entries()) {
    const { clientId, edits } = editsOf(number, each);
    const frames = edits.map(({ update }) => peer.frames.update(update));
    const clocks = edits.map(({ clock }) => clock);
    byClientId.set(clientId, { peer, frames, clocks, sentAt: [], next: 0 });
  }
  for (const probe of peers.slice(0, PROBES_PER_BOARD)) {
    const seen = new Map<number, number>(); // edits of each author
    probe.onUpdate = (update) => {
      const now = performance.now();
      for (const [clientId, clock] of Y.parseUpdateMeta(update).to) {
        const author = byClientId.get(clientId);
        if (author === undefined || author.peer === probe) continue;
        let edit = seen.get(clientId) ?? 0;
        while (edit < author.next && (author.clocks[edit] ?? Infinity) <= clock) {
          latencies.push(now - (author.sentAt[edit] ?? NaN));
          edit += 1;
        }
        seen.set(clientId, edit);
      }
    };
  }
  return [...byClientId.values()];
}

function sendNext(author: Author | undefined): void {
  const frame = author?.frames[author.next];
  if (author === undefined || frame === undefined) return;
  author.sentAt[author.next] = performance.now();
  author.next += 1;
  author.peer.send(frame);
}

/** One of each board in turn, so that boards are busy at the same time. */
function interleaved(byBoard: readonly (readonly Author[])[]): Author[] {
  const longest = Math.max(...byBoard.map((authors) => authors.length));
  return Array.from({ length: longest }, (_, i) =>
    byBoard.map((authors) => authors[i]).filter((author) => author !== undefined),
  ).flat();
}

async function allSeen(latencies: readonly number[], expected: number): Promise<void> {
  let seen = -1;
  let progressAt = performance.now();
  while (latencies.length < expected && performance.now() - progressAt < GIVE_UP_MS) {
    if (latencies.length > seen) {
      seen = latencies.length;
      progressAt = performance.now();
    }
    await sleep(5);
  }
}

function count(boards: readonly (readonly BoardPeer[])[]) {
  const peers = boards.flat();
  return {
    frames: peers.reduce((sum, { messages }) => sum + messages, 0),
    bytes: peers.reduce((sum, { bytes }) => sum + bytes, 0),
    closed: peers.filter(({ isClosed }) => isClosed).length,
  };
}

/** Evenly spread over the run; what goes to the parent need not be everything. */
function sampleOf(latencies: readonly number[]): number[] {
  const step = Math.ceil(latencies.length / 100_000);
  return latencies.filter((_, i) => i % step === 0);
}
