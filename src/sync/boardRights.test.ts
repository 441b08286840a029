import { describe, expect, it } from "vitest";
import { createPrincipal } from "../../test/support/memorySocket.ts";
import type { CanvasObject } from "../../convex/contract/boardOps.ts";
import { ROLES, type Principal } from "../protocol/principal.ts";
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
) => judgeChange(writer, { key: "o", before, after }, isFull).isAllowed;

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

  it("[WB3] everyone else may add, change and delete what people drew", () => {
    for (const role of ROLES.filter((r) => r !== "observer")) {
      const writer = person({ role, userId: "bob" });
      expect(allows(writer, undefined, drawn())).toBe(true);
      expect(allows(writer, mine, { ...mine, x: 5 })).toBe(true);
      expect(allows(writer, mine, undefined)).toBe(true);
    }
  });

  it("[WB3] nobody may pass as the tutor, or take its mark off", () => {
    for (const role of ROLES) {
      const writer = person({ role });
      expect(allows(writer, undefined, tutors)).toBe(false);
      expect(allows(writer, mine, { ...mine, metadata: { source: "assistant" } })).toBe(false);
      expect(allows(writer, tutors, drawn({ source: "user" }))).toBe(false);
    }
  });

  it("[WB3] the tutor's objects are the teacher's to change, a student's where the session says so", () => {
    const settings = {
      interactionMode: "chat_and_whiteboard" as const,
      studentsMayEditAssistantObjects: true,
    };
    const moved = { ...tutors, x: 9 };
    for (const after of [moved, undefined]) {
      expect(allows(person(), tutors, after)).toBe(false);
      expect(allows(person({ settings }), tutors, after)).toBe(true);
      expect(allows(person({ role: "teacher" }), tutors, after)).toBe(true);
    }
  });

  it("[WB3] an object keeps the name of its author", () => {
    expect(allows(person(), mine, drawn({ source: "user", authorId: "eve" }))).toBe(false);
    expect(allows(person(), mine, drawn({ source: "user" }))).toBe(false);
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

  it("[WB8] a full board can be changed and emptied, not added to", () => {
    expect(allows(person(), undefined, drawn(), true)).toBe(false);
    expect(allows(person(), mine, { ...mine, x: 1 }, true)).toBe(true);
    expect(allows(person(), mine, undefined, true)).toBe(true);
  });
});
