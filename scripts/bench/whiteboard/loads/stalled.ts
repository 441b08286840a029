/** Some who stopped reading, on a board where others go on: each of its objects is written anew again and again. */
import { setTimeout as sleep } from "node:timers/promises";

import * as Y from "yjs";

import { connectAll } from "../boardPeer.ts";
import type { LoadContext } from "./loadContext.ts";

const WRITERS = 8;
const POINTS = 6_000; // of a pen stroke: some 20 KB
const EVERY_MS = 20;

/** Doors beyond those of the writers are of people who read nothing. */
export async function stalled(
  { doors, dialect, ready }: LoadContext,
  { megabytes }: { megabytes: number },
): Promise<{ writtenMb: number; stillOpen: number }> {
  const peers = (await connectAll(doors, dialect)).flat();
  const [writers, readers] = [peers.slice(0, WRITERS), peers.slice(WRITERS)];
  await ready();
  for (const reader of readers) reader.stall();
  const strokes = writers.map((_, number) => strokesOf(number));
  let bytes = 0;
  while (bytes < megabytes * 2 ** 20) {
    for (const [i, writer] of writers.entries()) {
      const update = strokes[i]?.() ?? new Uint8Array();
      bytes += update.byteLength;
      writer.send(writer.frames.update(update));
    }
    await sleep(EVERY_MS);
  }
  return { writtenMb: bytes / 2 ** 20, stillOpen: peers.filter((peer) => !peer.isClosed).length };
}

/** Writes one person's stroke anew at each call. */
function strokesOf(number: number): () => Uint8Array {
  const doc = new Y.Doc();
  let written: Uint8Array = new Uint8Array();
  doc.on("update", (update: Uint8Array) => (written = update));
  let times = 0;
  return () => {
    const id = `stroke-${number}`;
    const points = Array.from({ length: POINTS }, (_, i) => (i * 7 + times) % 900);
    times += 1;
    doc.getMap("objects").set(id, { id, kind: "path", x: 0, y: 0, points });
    return written;
  };
}
