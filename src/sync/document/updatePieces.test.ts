import fc from "fast-check";
import { expect, it } from "vitest";
import * as Y from "yjs";
import { encodePiece } from "./updatePieces.ts";

const PIECE_BYTES = 200;
const LARGEST_EDIT_BYTES = 100;

const edit = fc.record({
  who: fc.nat(3),
  key: fc.nat(5),
  kind: fc.constantFrom("set", "delete", "nest", "text", "sync"),
  other: fc.nat(3),
});
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

/** The document of one of several people who edited at once and knew more or less of each other. */
function play(edits: Edit[]): Y.Doc {
  const docs = [0, 1, 2, 3].map((id) => Object.assign(new Y.Doc(), { clientID: id + 1 }));
  for (const { who, key, kind, other } of edits) {
    const doc = docs[who]!;
    const objects = doc.getMap<unknown>("objects");
    if (kind === "set") objects.set(`k${key}`, { text: "x".repeat(10 * key) });
    else if (kind === "delete") objects.delete(`k${key}`);
    else if (kind === "nest") objects.set("nest", new Y.Map([["a", key]]));
    else if (kind === "text") doc.getText("text").insert(0, "abc");
    else Y.applyUpdate(doc, Y.encodeStateAsUpdate(docs[other]!));
  }
  for (const doc of docs) Y.applyUpdate(docs[0]!, Y.encodeStateAsUpdate(doc));
  return docs[0]!;
}

it("[WB15] pieces are small, build only on those before them, and make up the whole", () => {
  const property = fc.property(
    fc.array(edit, { maxLength: 80 }),
    fc.array(edit, { maxLength: 30 }),
    (before, after) => {
      const doc = play([...before, ...after]);
      const reader = new Y.Doc();
      Y.applyUpdate(reader, Y.encodeStateAsUpdate(play(before)));
      let lacks: Uint8Array | undefined = Y.encodeStateVector(reader);
      while (lacks !== undefined) {
        const { update, reached } = encodePiece(doc, lacks, PIECE_BYTES);
        Y.applyUpdate(reader, update);
        expect(reader.store.pendingStructs).toBeNull();
        if (reached !== undefined) {
          expect(update.byteLength).toBeLessThan(PIECE_BYTES + 3 * LARGEST_EDIT_BYTES);
          expect(Y.decodeStateVector(reached)).toEqual(
            Y.decodeStateVector(Y.encodeStateVector(reader)),
          );
        }
        lacks = reached;
      }
      expect(Y.encodeStateAsUpdate(reader)).toEqual(Y.encodeStateAsUpdate(doc));
    },
  );
  fc.assert(property);
});

it("[WB5] what waits for something that has not come is passed on to nobody", () => {
  const author = new Y.Doc();
  const updates: Uint8Array[] = [];
  author.on("update", (update: Uint8Array) => updates.push(update));
  for (const n of [1, 2, 3]) author.getMap("objects").set("k", n);
  const board = new Y.Doc();
  board.getMap("objects").set("kept", 1);
  Y.applyUpdate(board, updates[2]!);
  expect(board.store.pendingStructs).not.toBeNull();
  const reader = new Y.Doc();
  Y.applyUpdate(reader, encodePiece(board, Y.encodeStateVector(reader)).update);
  expect(reader.store.pendingStructs).toBeNull();
  expect(reader.getMap("objects").toJSON()).toEqual({ kept: 1 });
  expect(board.store.pendingStructs).not.toBeNull(); // here it waits on
});
