import fc from "fast-check";
import { expect, it } from "vitest";
import * as Y from "yjs";
import { encodeChanges, joinChanges, type BoardChange } from "./boardChange.ts";

/** A board with something on it, and what it saves from then on. */
function createBoard() {
  const doc = new Y.Doc();
  doc.getMap("objects").set("earlier", { id: "earlier" });
  const saved = Y.encodeStateAsUpdate(doc);
  const changes: BoardChange[] = [];
  doc.on("afterTransaction", ({ beforeState: before, deleteSet: deleted }: Y.Transaction) => {
    changes.push({ before, deleted });
  });
  return { doc, saved, changes };
}

function restored(...rows: Uint8Array[]) {
  const doc = new Y.Doc();
  for (const row of rows) Y.applyUpdate(doc, row);
  return doc;
}

it("[BW1] of many steps only what is left of them is written", () => {
  const { doc, saved, changes } = createBoard();
  for (let x = 0; x < 2_000; x++) doc.getMap("objects").set("dragged", { id: "dragged", x });
  const row = encodeChanges(doc, changes);
  expect(row.byteLength).toBeLessThan(200);
  expect(restored(saved, row).getMap("objects").toJSON()).toEqual(doc.getMap("objects").toJSON());
});

const seen = (doc: Y.Doc) => [doc.getMap("objects").toJSON(), doc.getText("text").toJSON()];

const edit = fc.record({
  author: fc.nat(2),
  key: fc.constantFrom("a", "b", "earlier"),
  value: fc.option(fc.nat(9), { nil: undefined }),
  text: fc.string({ maxLength: 4 }),
  saves: fc.boolean(),
  joins: fc.boolean(),
});

it("[BW1] rows hold all that was changed, whoever did it and wherever they are cut", () => {
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 60 }), (edits) => {
      const { doc, saved, changes } = createBoard();
      const authors = Array.from({ length: 3 }, () => restored(saved));
      const rows = [saved];
      for (const { author, key, value, text, saves, joins } of edits) {
        const own = authors[author];
        own?.transact(() => {
          if (value === undefined) own.getMap("objects").delete(key);
          else own.getMap("objects").set(key, value);
          const shared = own.getText("text");
          if (text === "") shared.delete(0, Math.floor(shared.length / 2));
          else shared.insert(shared.length >> 1, text);
        });
        if (own !== undefined) Y.applyUpdate(doc, Y.encodeStateAsUpdate(own));
        const [last, next] = changes.slice(-2);
        if (joins && last !== undefined && next !== undefined) joinChanges(last, changes.pop()!);
        if (!saves) continue;
        rows.push(encodeChanges(doc, changes.splice(0)));
      }
      rows.push(encodeChanges(doc, changes));
      const again = restored(...rows);
      expect(seen(again)).toEqual(seen(doc));
      expect(Y.encodeStateVector(again)).toEqual(Y.encodeStateVector(doc));
      expect(again.store.pendingStructs).toBeNull();
      expect(again.store.pendingDs).toBeNull();
    }),
  );
});
