import fc from "fast-check";
import { expect, it } from "vitest";
import { CANVAS_KINDS, type CanvasObject } from "../boardOps.ts";
import { MAX_LOOK_CHARS } from "./boardLook.ts";
import { findLook, findTool, LOOKS, type LookName } from "./registry.ts";

const object = (id: string, more: Partial<CanvasObject> = {}): CanvasObject => ({
  ...{ id, kind: "rect", x: 0, y: 0, width: 100, height: 100 },
  ...more,
});
const boardOf = (objects: readonly CanvasObject[]) => ({
  objects: new Map(objects.map((one) => [one.id, one])),
});
function look(name: LookName, args: unknown, objects: readonly CanvasObject[]) {
  const found = findLook(name)!;
  return found.answer(found.args.parse(args), boardOf(objects));
}

const ANY = { text: null, concept: null, role: null, drawnBy: null, within: null };
const OBJECTS = [
  object("leaf", { text: "Photosynthèse", metadata: { concept: "light" } }),
  object("sun", { x: 300, metadata: { concept: "light", source: "assistant" } }),
  object("ask", { kind: "question_tag", x: 500, y: 40, metadata: { role: "question_tag" } }),
];

it("[TU17] finding goes by words, concept, role, author and place, which must all fit", () => {
  const found = (args: object) => {
    const answer = look("findOnBoard", { ...ANY, ...args }, OBJECTS);
    return (JSON.parse(answer) as { objects: { id: string }[] }).objects.map(({ id }) => id);
  };
  expect(found({ text: "photosynthese" })).toEqual(["leaf"]);
  expect(found({ concept: "light" })).toEqual(["leaf", "sun"]);
  expect(found({ concept: "light", drawnBy: "tutor" })).toEqual(["sun"]);
  expect(found({ drawnBy: "people" })).toEqual(["leaf", "ask"]);
  expect(found({ role: "question_tag" })).toEqual(["ask"]);
  expect(found({ within: { x: 250, y: 0, width: 100, height: 10 } })).toEqual(["sun"]);
  expect(found({ text: "nothing like it" })).toEqual([]);
  expect(() => found({})).toThrow(/at least one filter/);
});

it("[TU17] what is found is told with its text, box, author and concept", () => {
  expect(JSON.parse(look("findOnBoard", { ...ANY, text: "photo" }, OBJECTS))).toEqual({
    found: 1,
    omitted: 0,
    objects: [
      {
        ...{ id: "leaf", kind: "rect", box: [0, 0, 100, 100], drawnBy: "people" },
        ...{ text: "Photosynthèse", concept: "light" },
      },
    ],
  });
});

it("[TU17] a survey counts, and says where concepts and questions lie", () => {
  expect(JSON.parse(look("surveyBoard", {}, OBJECTS))).toMatchObject({
    total: 3,
    drawnByTutor: 1,
    countsByKind: { rect: 2, question_tag: 1 },
    concepts: [{ concept: "light", count: 2, box: [0, 0, 400, 100] }],
    questions: [{ id: "ask", x: 500, y: 40 }],
    objects: [{ id: "leaf", bbox: [0, 0, 100, 100] }, { id: "sun" }, { id: "ask" }],
    omitted: { concepts: 0, questions: 0, objects: 0 },
  });
});

it("[TU17] no board, however full or odd its words, makes an answer longer than 6,000 characters", () => {
  const board = fc.record({
    count: fc.integer({ min: 1, max: 300 }),
    letter: fc.constantFrom("a", "é", '"', "\u0001", "\ud800"), // the last three grow in JSON
    length: fc.integer({ min: 1, max: 400 }),
    kindEvery: fc.integer({ min: 1, max: CANVAS_KINDS.length }),
  });
  const everywhere = { x: 0, y: 0, width: 1e6, height: 1e6 };
  const omissions = new Set<boolean>();
  fc.assert(
    fc.property(board, ({ count, letter, length, kindEvery }) => {
      const objects = Array.from({ length: count }, (_, i) =>
        object(`${letter.repeat(length % 120)}${i}`, {
          kind: CANVAS_KINDS[i % kindEvery]!,
          text: letter.repeat(length),
          metadata: { concept: `${letter.repeat(length)}${i}`, role: "question_tag" },
        }),
      );
      const found = look("findOnBoard", { ...ANY, within: everywhere }, objects);
      const survey = look("surveyBoard", {}, objects);
      expect(Math.max(found.length, survey.length)).toBeLessThanOrEqual(MAX_LOOK_CHARS);
      const { omitted, objects: told } = JSON.parse(found) as { omitted: number; objects: [] };
      expect(omitted + told.length).toBe(count);
      omissions.add(omitted > 0);
    }),
    { numRuns: 50 },
  );
  expect(omissions.size).toBe(2); // boards that fit and boards that do not
});

it("[TU17] no look has the name of a tool that draws", () => {
  expect(Object.keys(LOOKS).filter((name) => findTool(name) !== undefined)).toEqual([]);
});
