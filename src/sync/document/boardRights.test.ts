import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPrincipal } from "../../../test/support/memorySocket.ts";
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import { makerOf } from "../../../convex/contract/board/editRights.ts";
import { ROLES, type Principal } from "../../protocol/principal.ts";
import { judgeChange } from "./boardRights.ts";

const person = (changes: Partial<Principal> = {}) => createPrincipal(changes).current();
const drawn = (metadata?: CanvasObject["metadata"]): CanvasObject => ({
  id: "o",
  kind: "rect",
  metadata,
});
const allows = (
  writer: Principal,
  before: CanvasObject | undefined,
  after: unknown,
  isFull = false,
) => judgeChange(writer, { key: "o", before, after }, isFull).kind === "allowed";

const settings = (changes: Partial<Principal["settings"]>) => ({
  ...person().settings,
  ...changes,
});

const mine = drawn({ source: "user", authorId: "ada" });
const tutors = drawn({ source: "assistant" });

describe("who may write what", () => {
  it("[WB4] an observer may write nothing at all", () => {
    const observer = person({ role: "observer" });
    for (const [before, after] of [
      [undefined, mine],
      [mine, mine],
      [mine, undefined],
    ] as const) {
      expect(allows(observer, before, after)).toBe(false);
    }
  });

  it("[WB3] everyone else may add, change and delete what is theirs and what names nobody", () => {
    const own = settings({ studentsMayEditOthersObjects: false });
    for (const role of ROLES.filter((r) => r !== "observer")) {
      const writer = person({ role, settings: own });
      for (const object of [mine, drawn(), drawn({ source: "user" })]) {
        expect(allows(writer, undefined, object)).toBe(true);
        expect(allows(writer, object, { ...object, x: 5 })).toBe(true);
        expect(allows(writer, object, undefined)).toBe(true);
      }
    }
  });

  it("[WB3] what others drew is the teacher's to change, a student's where the session says so", () => {
    const [own, all] = [false, true].map((studentsMayEditOthersObjects) =>
      settings({ studentsMayEditOthersObjects }),
    );
    for (const after of [{ ...mine, x: 5 }, undefined]) {
      expect(allows(person({ userId: "bob", settings: own! }), mine, after)).toBe(false);
      expect(allows(person({ userId: "bob", settings: all! }), mine, after)).toBe(true);
      for (const role of ["owner", "teacher"] as const) {
        expect(allows(person({ role, userId: "bob", settings: own! }), mine, after)).toBe(true);
      }
    }
  });

  it("[WB19] nobody may pass as the tutor, or take its mark off", () => {
    for (const role of ROLES) {
      const writer = person({ role });
      expect(allows(writer, undefined, tutors)).toBe(false);
      expect(allows(writer, mine, { ...mine, metadata: { source: "assistant" } })).toBe(false);
      expect(allows(writer, tutors, drawn({ source: "user" }))).toBe(false);
    }
  });

  it("[WB3] the tutor's objects are the teacher's to change, a student's where the session says so", () => {
    const may = settings({ studentsMayEditAssistantObjects: true });
    const moved = { ...tutors, x: 9 };
    for (const after of [moved, undefined]) {
      expect(allows(person(), tutors, after)).toBe(false);
      expect(allows(person({ settings: may }), tutors, after)).toBe(true);
      expect(allows(person({ role: "teacher" }), tutors, after)).toBe(true);
    }
  });

  it("[WB3] an object keeps the name of its author", () => {
    expect(allows(person(), mine, drawn({ source: "user", authorId: "eve" }))).toBe(false);
    expect(allows(person(), mine, drawn({ source: "user" }))).toBe(false);
    expect(allows(person({ role: "owner" }), mine, drawn({ authorId: "eve" }))).toBe(false);
  });

  it("[WB3] what names nobody may be given one's own name, no one else's", () => {
    expect(allows(person(), drawn(), drawn({ authorId: "ada" }))).toBe(true);
    expect(allows(person(), drawn(), drawn({ authorId: "eve" }))).toBe(false);
  });

  it("[WB19] another's name is taken off what is new, whoever wrote it there", () => {
    const forged = drawn({ source: "user", authorId: "eve", concept: "heat" });
    for (const role of ["owner", "teacher", "student"] as const) {
      const verdict = judgeChange(
        person({ role }),
        { key: "o", before: undefined, after: forged },
        false,
      );
      const value = drawn({ source: "user", concept: "heat" });
      expect(verdict).toEqual({ kind: "corrected", value });
    }
  });

  it("[WB19] what was deleted comes back as it was, by those who may change it", () => {
    const [byEve, byTutor] = [drawn({ authorId: "eve" }), tutors];
    const back = (writer: Principal, after: CanvasObject, deleted = after) => {
      const deletedMaker = makerOf(deleted);
      return judgeChange(writer, { key: "o", before: undefined, after, deletedMaker }, false).kind;
    };
    const own = settings({ studentsMayEditOthersObjects: false });
    const teacher = person({ role: "teacher" });
    expect(back(teacher, byEve)).toBe("allowed");
    expect(back(teacher, byTutor)).toBe("allowed");
    expect(back(person({ settings: own }), byEve)).toBe("refused");
    expect(back(person(), byTutor)).toBe("refused");
    expect(back(teacher, byEve, byTutor)).toBe("corrected");
    expect(back(teacher, byTutor, byEve)).toBe("refused");
  });

  it("[WB3] what is no object does not get onto a board", () => {
    const bad = [
      5,
      "x",
      null,
      [],
      { id: "o" },
      { id: "p", kind: "rect" },
      { id: "o", kind: "virus" },
      { id: "o", kind: "rect", x: Number.NaN },
    ];
    for (const after of bad)
      expect(allows(person({ role: "owner" }), undefined, after)).toBe(false);
  });

  it("[WB3] what is only moved is judged as if it had been parsed", () => {
    const before = { ...mine, x: 1, y: 2, points: [1, 2] };
    const keys = fc.constantFrom<string>("id", "kind", "x", "y", "points", "metadata", "fill");
    const values = fc.constantFrom<unknown>(
      ...[5, 1e7, -0, Number.NaN, "o", "5%", null, undefined],
      ...[[1, 2], [1, 3], { source: "user", authorId: "ada" }, { authorId: "eve" }],
    );
    const gone = fc.record({ key: keys });
    const steps = fc.array(fc.oneof(gone, fc.record({ key: keys, value: values })), {
      maxLength: 3,
    });
    const verdict = (of: CanvasObject, after: unknown) =>
      judgeChange(person(), { key: "o", before: of, after }, false);
    const other = { ...mine, id: "other" }; // by the same maker, and never the same object moved
    const isSame = fc.property(steps, (changes) => {
      const entries = new Map<string, unknown>(Object.entries(before));
      for (const change of changes) {
        if ("value" in change) entries.set(change.key, change.value);
        else entries.delete(change.key);
      }
      const after = Object.fromEntries(entries);
      expect(verdict(before, after)).toEqual(verdict(other, after));
    });
    const swapped = [{ key: "metadata" }, { key: "fill", value: undefined }];
    fc.assert(isSame, { numRuns: 1_000, examples: [[swapped], [[{ key: "metadata" }]]] });
    expect(verdict(before, { ...before, x: 5 }).kind).toBe("allowed");
  });

  it("[WB8] a full board can be changed and emptied, not added to", () => {
    expect(allows(person(), undefined, drawn(), true)).toBe(false);
    expect(allows(person(), mine, { ...mine, x: 1 }, true)).toBe(true);
    expect(allows(person(), mine, undefined, true)).toBe(true);
  });
});
