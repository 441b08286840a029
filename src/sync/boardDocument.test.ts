import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { createPrincipal } from "../../test/support/memorySocket.ts";
import type { CanvasObject } from "../../convex/contract/boardOps.ts";
import type { Role } from "../protocol/principal.ts";
import { BoardDocument, type Writer } from "./boardDocument.ts";

/** A person with a document of their own; `edit` returns what the change looks like on the wire. */
class Person implements Writer {
  readonly doc = new Y.Doc();
  readonly #role: Role;
  constructor(role: Role) {
    this.#role = role;
  }
  principal = () => createPrincipal({ role: this.#role }).current();
  get objects() {
    return this.doc.getMap<unknown>("objects");
  }
  edit(change: () => void): Uint8Array {
    const updates: Uint8Array[] = [];
    const collect = (update: Uint8Array) => updates.push(update);
    this.doc.on("update", collect);
    this.doc.transact(change);
    this.doc.off("update", collect);
    return updates[0] ?? new Uint8Array([0, 0]);
  }
}

const rect = (id: string, more: Partial<CanvasObject> = {}): CanvasObject => ({
  id,
  kind: "rect",
  ...more,
});

function setUp() {
  const board = new BoardDocument<Person>({ maxPendingBytes: 10_000, maxPendingUpdates: 100 });
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
