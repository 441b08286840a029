import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { editOf } from "../../../test/support/editOf.ts";
import { createLoneBoardDocument } from "../../../test/support/loneBoardDocument.ts";
import { createPrincipal } from "../../../test/support/memorySocket.ts";
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import type { PrincipalWatch, Role } from "../../protocol/principal.ts";
import { STORED, type Writer } from "./changeOrigins.ts";

let nextClientId = 0; // on top of the room's, as nearly all are

/** A person with a document of their own; `edit` returns what the change looks like on the wire. */
class Person implements Writer {
  readonly doc = Object.assign(new Y.Doc(), { clientID: 2 ** 24 + nextClientId++ });
  readonly name: string;
  readonly #watch: PrincipalWatch;
  constructor(role: Role, userId = "ada", studentsMayEditOthersObjects = true) {
    this.name = userId;
    const person = createPrincipal({ role, userId });
    person.set({ settings: { ...person.current().settings, studentsMayEditOthersObjects } });
    this.#watch = person;
  }
  principal = () => this.#watch.current();
  /** An object of theirs. */
  draws = (x: number) => rect(this.name, { x, metadata: { authorId: this.name } });
  get objects() {
    return this.doc.getMap<unknown>("objects");
  }
  get ephemeral() {
    return this.doc.getMap<unknown>("ephemeral");
  }
  edit(change: () => void): Uint8Array {
    return editOf(this.doc, change);
  }
}

const rect = (id: string, more: Partial<CanvasObject> = {}): CanvasObject => ({
  id,
  kind: "rect",
  ...more,
});

function setUp() {
  const board = createLoneBoardDocument<Person>();
  const ids = ["tutors", "tutors-0", "tutors-1"];
  board.draw(() => ids.map((id) => ({ type: "add", object: rect(id) })), 0);
  const [student, teacher] = [new Person("student"), new Person("teacher")];
  for (const { doc } of [student, teacher]) Y.applyUpdate(doc, Y.encodeStateAsUpdate(board.doc));
  return { board, student, teacher };
}

describe("a board's document", () => {
  it("[WB2] undoes a refused change within the transaction that brought it", () => {
    const { board, student } = setUp();
    const updates: Uint8Array[] = [];
    const seen: unknown[] = [];
    board.doc.on("update", (update: Uint8Array) => updates.push(update));
    board.doc.getMap("objects").observe(() => seen.push(board.doc.getMap("objects").get("tutors")));
    const [update, clientId] = [
      student.edit(() => student.objects.set("tutors", rect("tutors", { x: 9 }))),
      board.doc.clientID,
    ];
    const { refused } = board.apply([{ writer: student, update }], false);
    expect(refused.get(student)).toMatch(/tutor/);
    expect(updates).toHaveLength(1);
    expect(seen.every((value) => (value as CanvasObject).x === undefined)).toBe(true);
    expect(board.doc.clientID).toBe(clientId); // Yjs would take the undoing for a stolen id
    Y.applyUpdate(student.doc, updates[0]!);
    expect(student.objects.toJSON()).toEqual(board.doc.getMap("objects").toJSON());
    const next = student.edit(() => student.objects.set("mine", rect("mine")));
    expect(board.apply([{ writer: student, update: next }], false).refused.size).toBe(0);
    expect(board.view().objects.has("mine")).toBe(true);
  });

  it("[WB2] judges each author of a flush by their own rights", () => {
    const { board, student, teacher } = setUp();
    const changed = { x: 7, metadata: { source: "assistant" as const } };
    const edits = [student, teacher].map((writer, i) => {
      const id = `tutors-${i}`;
      return { writer, update: writer.edit(() => writer.objects.set(id, rect(id, changed))) };
    });
    const { refused } = board.apply(edits, false);
    expect([...refused.keys()]).toEqual([student]);
    expect(board.view().objects.get("tutors-0")?.x).toBeUndefined();
    expect(board.view().objects.get("tutors-1")?.x).toBe(7);
  });

  it("[WB19] takes another's name off in the transaction that brings it", () => {
    const { board, student, teacher } = setUp();
    const updates: Uint8Array[] = [];
    board.doc.on("update", (update: Uint8Array) => updates.push(update));
    const update = student.edit(() => {
      student.objects.set("a", rect("a", { metadata: { authorId: "eve" } }));
      student.objects.set("b", rect("b", { metadata: { authorId: "ada" } }));
      student.ephemeral.set(
        "m",
        rect("m", { kind: "pointer_ping", metadata: { authorId: "eve" } }),
      );
    });
    const { clientID } = board.doc;
    const { refused } = board.apply([{ writer: student, update }], false);
    expect([refused.size, updates.length, board.doc.clientID]).toEqual([0, 1, clientID]);
    for (const person of [student, teacher]) {
      Y.applyUpdate(person.doc, updates[0]!);
      expect(person.objects.get("a")).toEqual(rect("a", { metadata: {} }));
      expect(person.objects.get("b")).toEqual(rect("b", { metadata: { authorId: "ada" } }));
      expect(person.ephemeral.get("m")).toMatchObject({ metadata: {} });
    }
  });

  it("[WB19] knows whose a deleted object was when its deletion is undone, also one that peers told of", () => {
    const { board, teacher } = setUp();
    const evil = rect("a", { metadata: { authorId: "eve" } });
    const eve = new Person("student", "eve");
    board.apply([{ writer: eve, update: eve.edit(() => eve.objects.set("a", evil)) }], false);
    Y.applyUpdate(teacher.doc, Y.encodeStateAsUpdate(board.doc));
    const undo = new Y.UndoManager(teacher.objects, { captureTimeout: 0 });
    const gone = teacher.edit(() => ["a", "tutors"].forEach((id) => teacher.objects.delete(id)));
    board.merge(gone, STORED);
    expect(board.view().objects.has("a")).toBe(false);
    const back = teacher.edit(() => undo.undo());
    board.apply([{ writer: teacher, update: back }], false);
    expect(board.view().objects.get("a")).toEqual(evil);
    expect(board.view().objects.get("tutors")?.metadata?.source).toBe("assistant");
  });

  it("[WB20] what a person did at the same time wins over what the server wrote", () => {
    const { board, student } = setUp();
    const named = (x: number, authorId: string) => rect("a", { x, metadata: { authorId } });
    const eve = new Person("student", "eve");
    const first = eve.edit(() => eve.objects.set("a", named(1, "eve")));
    const second = eve.edit(() => eve.objects.set("a", named(2, "eve")));
    board.apply([{ writer: student, update: first }], false); // brought by another, as after a crash
    expect(board.view().objects.get("a")).toEqual(rect("a", { x: 1, metadata: {} }));
    const { refused } = board.apply([{ writer: eve, update: second }], false);
    expect(refused.size).toBe(0);
    expect(board.view().objects.get("a")).toEqual(named(2, "eve"));
  });

  it("[WB5] what waited for others is judged by the rights of those it came from", () => {
    const { board, student, teacher } = setUp();
    const first = student.edit(() => student.objects.set("mine", rect("mine")));
    const second = student.edit(() => student.objects.delete("tutors"));
    const third = student.edit(() =>
      student.objects.set("tutors", rect("tutors", { metadata: { source: "assistant" }, x: 5 })),
    );
    board.apply([{ writer: student, update: third }], false);
    board.apply([{ writer: teacher, update: first }], false); // brought by another, as after a crash
    board.apply([{ writer: student, update: second }], false);
    expect(board.view().objects.get("tutors")?.x).toBeUndefined();
    expect(board.view().objects.get("tutors")).toBeDefined();
  });

  it("[WB5] what waits is judged by the rights of its own sender, whoever else waits", () => {
    const { board } = setUp();
    const people = ["ada", "bob", "cy"].map((name) => new Person("student", name, false));
    const later = people.map((person) => {
      const first = person.edit(() => person.objects.set(person.name, person.draws(0)));
      const update = person.edit(() => person.objects.set(person.name, person.draws(1)));
      board.apply([{ writer: person, update }], false); // the second before the first
      return { writer: person, update: first };
    });
    expect(people.some(({ name }) => board.view().objects.has(name))).toBe(false);
    expect(board.apply(later, false).refused.size).toBe(0);
    for (const person of people)
      expect(board.view().objects.get(person.name)).toEqual(person.draws(1));
  });

  it("[WB5] a deletion waits for what it deletes, and is its sender's", () => {
    const { board, teacher } = setUp();
    const [ada, bob] = ["ada", "bob"].map((name) => new Person("student", name, false)) as [
      Person,
      Person,
    ];
    const drawing = ada.edit(() => ada.objects.set("ada", ada.draws(0)));
    for (const { doc } of [bob, teacher]) Y.applyUpdate(doc, drawing);
    const erase = (person: Person) => person.edit(() => person.objects.delete("ada"));
    const result = board.apply([{ writer: bob, update: erase(bob) }], false);
    expect([...result.behind]).toEqual([bob]);
    board.apply([{ writer: ada, update: drawing }], false);
    expect(board.view().objects.get("ada")).toEqual(ada.draws(0));
    board.apply([{ writer: teacher, update: erase(teacher) }], false); // of what is a copy by now
    board.apply([{ writer: ada, update: ada.edit(() => ada.objects.delete("ada")) }], false);
    expect(board.view().objects.has("ada")).toBe(true); // neither has seen the copy
  });

  it("[WB3] keeps Yjs types, documents and other foreign values out of the maps", () => {
    const { board, teacher } = setUp();
    const values = [new Y.Map(), new Y.Text("x"), Uint8Array.of(1), new Y.Doc()];
    const update = teacher.edit(() =>
      values.forEach((value, i) => teacher.objects.set(`v${i}`, value)),
    );
    board.apply([{ writer: teacher, update }], false);
    expect(board.doc.getMap("objects").size).toBe(3);
  });

  it("[WB1] leaves other root types alone", () => {
    const { board, student } = setUp();
    const update = student.edit(() => student.doc.getText("notes").insert(0, "hello"));
    board.apply([{ writer: student, update }], false);
    expect(board.doc.getText("notes").toJSON()).toBe("hello");
  });

  it("[WB7] draws all or nothing, and only on what is the tutor's own", () => {
    const { board, student } = setUp();
    const update = student.edit(() => student.objects.set("mine", rect("mine")));
    board.apply([{ writer: student, update }], false);
    const before = board.doc.getMap("objects").toJSON();
    for (const objectId of ["mine", "nothing"]) {
      const plan = () => [
        { type: "add" as const, object: rect("new") },
        { type: "delete" as const, objectId },
      ];
      expect(() => board.draw(plan, 0)).toThrow();
      expect(board.doc.getMap("objects").toJSON()).toEqual(before);
    }
  });
});
