import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { createLoneBoardDocument } from "../../../test/support/loneBoardDocument.ts";
import { createPrincipal } from "../../../test/support/memorySocket.ts";
import { contentOf, step, take, type Step } from "../../../test/support/sharedEditors.ts";
import type { Writer } from "../document/changeOrigins.ts";
import { FormerBoard } from "./formerBoard.ts";

const PRINCIPAL = createPrincipal({ userId: "ada" }).current();

let nextClientId = 2 ** 24; // on top of the room's, as nearly all are

/** Two people with documents of their own on one room's. */
class Class {
  readonly board = createLoneBoardDocument<Writer>();
  readonly docs = [0, 1].map(() => Object.assign(new Y.Doc(), { clientID: nextClientId++ }));

  play(steps: readonly Step[]): void {
    for (const one of steps) {
      take(this.docs[one.who]!, one);
      if (one.sync) this.sync(this.docs[one.who]!);
    }
  }

  /** Each hears all. */
  sync(...docs: Y.Doc[]): void {
    for (const doc of docs) {
      const update = Y.encodeStateAsUpdate(doc, Y.encodeStateVector(this.board.doc));
      this.board.apply([{ writer: { principal: () => PRINCIPAL }, update }], false);
      Y.applyUpdate(doc, this.board.encode(Y.encodeStateVector(doc)));
    }
  }

  syncAll(): void {
    this.sync(...this.docs, ...this.docs);
  }

  /** All that is on the board, as everybody sees it. */
  content(): unknown {
    const content = contentOf(copyOf(this.board.doc));
    for (const doc of this.docs) expect(contentOf(doc)).toEqual(content);
    return content;
  }

  /** `meanwhile`: between the picture of the board as it was before, and the restore. */
  restore(version: Uint8Array, meanwhile: () => void = () => undefined): number {
    const former = new FormerBoard(version);
    const before = Y.snapshot(this.board.doc);
    meanwhile();
    const roots = former.rootsBack(this.board.doc, before);
    return this.board.restore(former.objects, new Set(), "ada", roots);
  }
}

/** As somebody finds it who has just come: a type is only known to the room as what has come for it. */
function copyOf(doc: Y.Doc): Y.Doc {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  return copy;
}

const steps = fc.array(step, { maxLength: 40 });
const numRuns = Math.ceil((fc.readConfigureGlobal().numRuns ?? 100) / 5);

/** A class whose first has done `first`, then `later`, and what was there between the two. */
function startClass(first: (doc: Y.Doc) => void, later: (doc: Y.Doc) => void) {
  const all = new Class();
  const [ada, bob] = all.docs as [Y.Doc, Y.Doc];
  first(ada);
  all.syncAll();
  const version = all.board.encode();
  later(ada);
  all.syncAll();
  return { all, ada, bob, version };
}

const paragraph = (words: string) => {
  const element = new Y.XmlElement("p");
  element.insert(0, [new Y.XmlText(words)]);
  return element;
};
const prose = (doc: Y.Doc) => doc.getXmlFragment("prose");
const textOf = (doc: Y.Doc, at: number) => (prose(doc).get(at) as Y.XmlElement).get(0) as Y.XmlText;

describe("other editors' root types", () => {
  it("[BH14] are what they were in the version for everybody, whatever was done to them", () => {
    const property = fc.property(steps, steps, steps, (first, later, last) => {
      const all = new Class();
      all.play(first);
      const version = all.board.encode();
      const expected = contentOf(copyOf(all.board.doc));
      all.play(later);
      all.syncAll();
      const undone = all.board.encode();
      const expectedUndone = all.content();

      all.restore(version);
      all.syncAll();
      expect(all.content()).toEqual(expected);
      expect(all.restore(version)).toBe(0);

      all.restore(undone);
      all.syncAll();
      expect(all.content()).toEqual(expectedUndone);
      all.play(last); // and the class goes on
      all.syncAll();
      all.content();
    });
    fc.assert(property, { numRuns });
  });

  it("[BH14] keep what was written while the version from before was stored, and where it stands", () => {
    const { all, ada, bob, version } = startClass(
      (doc) => {
        prose(doc).insert(0, [paragraph("One"), paragraph("Two")]);
        doc.getText("text").insert(0, "here and there");
        doc.getMap("map").set("a", 1);
        doc.getMap("map").set("b", 1);
      },
      (doc) => {
        prose(doc).insert(2, [paragraph("Three"), paragraph("Four")]);
        prose(doc).delete(0, 1);
        doc.getMap("map").set("a", 2);
        doc.getMap("map").set("b", 2);
      },
    );
    all.restore(version, () => {
      textOf(bob, 1).insert(5, "!");
      textOf(bob, 0).insert(3, "?");
      bob.getText("text").delete(0, 5);
      bob.getMap("map").set("a", 3);
      bob.getMap("map").delete("b");
      all.syncAll();
    });
    all.syncAll();
    expect(prose(ada).toJSON()).toBe("<p>One</p><p>Two?</p><p>!</p>");
    expect(ada.getMap("map").toJSON()).toEqual({ a: 3 });
    expect(ada.getText("text").toJSON()).toBe("and there");
    all.content();
  });

  it("[BH14] come back with all that was nested in them", () => {
    const { all, ada, version } = startClass(
      (doc) => {
        const row = new Y.XmlElement("tr");
        row.setAttribute("span", "2");
        row.insert(0, [paragraph("cell")]);
        prose(doc).insert(0, [row]);
        doc.getMap("map").set("nested", new Y.Map([["deep", new Y.Map([["key", 1]])]]));
      },
      (doc) => {
        prose(doc).delete(0, 1);
        doc.getMap("map").clear();
      },
    );
    const { clientID } = all.board.doc;
    expect(all.restore(version)).toBe(2);
    all.syncAll();
    expect(prose(ada).toJSON()).toBe('<tr span="2"><p>cell</p></tr>');
    expect(ada.getMap("map").toJSON()).toEqual({ nested: { deep: { key: 1 } } });
    expect(all.board.doc.clientID).toBe(clientID); // Yjs would take the update for a stolen id
  });

  it("[BH14] leave alone what has stayed: edits of it that are on their way arrive", () => {
    const { all, ada, bob, version } = startClass(
      (doc) => {
        prose(doc).insert(0, [paragraph("One"), paragraph("Two")]);
      },
      (doc) => {
        prose(doc).delete(0, 1);
      },
    );
    textOf(bob, 0).insert(3, "?");
    all.restore(version);
    all.syncAll();
    expect(prose(ada).toJSON()).toBe("<p>One</p><p>Two?</p>");
  });

  it("[BH14] are undone and redone by each person as before", () => {
    const { all, ada, bob, version } = startClass(
      (doc) => {
        doc.getText("text").insert(0, "first");
      },
      () => undefined,
    );
    const undo = new Y.UndoManager(bob.getText("text"));
    bob.getText("text").insert(5, " second");
    all.syncAll();
    all.restore(version);
    all.syncAll();
    expect(ada.getText("text").toJSON()).toBe("first");
    undo.undo(); // of what is gone
    bob.getText("text").insert(5, " third");
    undo.undo();
    all.syncAll();
    expect(ada.getText("text").toJSON()).toBe("first");
    undo.redo();
    all.syncAll();
    expect(ada.getText("text").toJSON()).toBe("first third");
    all.content();
  });

  it("[BH14] come back also where only a companion that died had them, objects as the version says", () => {
    const { all, bob, version } = startClass(
      (doc) => {
        doc.getText("text").insert(0, "whole");
        doc.getMap("objects").set("a", { id: "a", kind: "rect" });
        doc.getMap("ephemeral").set("tag", { id: "tag", kind: "question_tag" });
      },
      () => undefined,
    );
    const next = new Class(); // knows nothing of it
    next.docs[0]!.getText("text").insert(0, "other");
    next.syncAll();
    expect(next.restore(version)).toBe(2);
    next.syncAll();
    expect(next.content()).toBeDefined();
    expect(next.docs[1]!.getText("text").toJSON()).toBe("whole");
    expect([...next.board.view().objects.keys()]).toEqual(["a"]);
    expect(next.docs[1]!.getMap("ephemeral").size).toBe(0);
    next.sync(bob); // who has had it all the time
    next.syncAll();
    expect(next.docs[1]!.getText("text").toJSON()).toBe("whole");
    expect(all.restore(version)).toBe(0);
  });
});
