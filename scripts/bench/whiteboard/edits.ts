/**
 * What people do to a board, written before the measure begins: each drags objects of their own, so that
 * every update is one new value of one key, of some 250 bytes.
 */
import * as Y from "yjs";

export type Edit = {
  update: Uint8Array;
  /** The author's Yjs clock once it is applied: whoever reports this much has it. */
  clock: number;
};

const OBJECTS_EACH = 8;

/** @param number tells authors of one board apart */
export function editsOf(number: number, count: number): { clientId: number; edits: Edit[] } {
  const doc = new Y.Doc();
  const objects = doc.getMap("objects");
  const edits: Edit[] = [];
  doc.on("update", (update: Uint8Array) => {
    edits.push({ update, clock: Y.getState(doc.store, doc.clientID) });
  });
  for (let i = 0; i < count; i++) {
    const id = `object-${number}-${i % OBJECTS_EACH}`;
    objects.set(id, rectangle(id, (number * 37 + i * 3) % 1_500, (i * 7) % 900));
  }
  return { clientId: doc.clientID, edits };
}

function rectangle(id: string, x: number, y: number) {
  const [width, height] = [120, 80];
  const look = { fill: "#fde68a", stroke: "#334155", strokeWidth: 2, angle: 0 };
  const metadata = { source: "user", drawnAt: 1_790_000_000_000 };
  return { id, kind: "rect", x, y, width, height, ...look, metadata };
}

/** Updates of a board that many have drawn on for long: altogether about so many bytes. */
export function filledBoard(bytes: number): Uint8Array[] {
  const authors = 30;
  return Array.from({ length: authors }, (_, author) => {
    const doc = new Y.Doc();
    const objects = doc.getMap("objects");
    for (let i = 0, written = 0; written < bytes / authors; i++) {
      const id = `drawn-${author}-${i}`;
      const points = Array.from({ length: 60 }, (_unused, p) => (p * 13 + i * 7) % 640);
      const object = { ...rectangle(id, i % 1_500, author * 30), kind: "path", points };
      objects.set(id, object);
      written += JSON.stringify(object).length * 0.8; // Yjs' own encoding is a little shorter
    }
    return Y.encodeStateAsUpdate(doc);
  });
}
