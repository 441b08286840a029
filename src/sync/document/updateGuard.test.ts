import fc from "fast-check";
import { expect, it, onTestFinished, vi } from "vitest";
import * as Y from "yjs";
import { MAX_NESTING } from "../../../convex/contract/board/nesting.ts";
import {
  CONTENTS,
  crowd,
  emptyContent,
  emptyNeighbour,
  manyDocuments,
} from "../../../test/support/hostileUpdates.ts";
import { createLoneBoardDocument } from "../../../test/support/loneBoardDocument.ts";
import { createPrincipal } from "../../../test/support/memorySocket.ts";
import {
  chainOfLists,
  chainOfTypes,
  deletionOfFirst,
  manyAuthors,
} from "../../../test/support/nestedUpdates.ts";
import type { Writer } from "./changeOrigins.ts";
import { MAX_NEW_AUTHORS } from "./newAuthors.ts";
import { MAX_SUBDOCUMENTS } from "./peoplesDecoder.ts";

const EVE = 7_000;

function setUp() {
  const board = createLoneBoardDocument<Writer>(100_000);
  const person = createPrincipal({ role: "student", userId: "eve" });
  const writer: Writer = { principal: () => person.current() };
  /** Whether the update was taken for one. */
  const takes = (update: Uint8Array) =>
    !board.apply([{ writer, update }], false).malformed.has(writer);
  return { board, takes };
}

it("[WB23] types that lie in each other are taken up to the limit and refused beyond", () => {
  const { board, takes } = setUp();
  expect(takes(chainOfTypes({ client: EVE, levels: MAX_NESTING + 1 }))).toBe(true);
  expect(takes(chainOfTypes({ client: EVE + 1, levels: MAX_NESTING + 2 }))).toBe(false);
  expect(takes(chainOfTypes({ client: EVE + 2, levels: 5_000 }))).toBe(false);
  expect(takes(deletionOfFirst(EVE))).toBe(true);
  expect(board.doc.store.clients.has(EVE + 2)).toBe(false);
});

it("[WB23] a chain is refused where it grows beyond the limit by steps", () => {
  const { takes } = setUp();
  const step = (from: number, levels: number) => chainOfTypes({ client: EVE, levels, from });
  for (let from = 0; from <= MAX_NESTING; from++) expect(takes(step(from, 1))).toBe(true);
  expect(takes(step(MAX_NESTING + 1, 1))).toBe(false);
});

it("[WB23] a chain whose parts come in the wrong order is refused when they meet", () => {
  const { board, takes } = setUp();
  const half = MAX_NESTING / 2 + 1;
  const part = (n: number) => chainOfTypes({ client: EVE, levels: half, from: n * half });
  expect([takes(part(2)), takes(part(1))]).toEqual([true, true]);
  takes(part(0)); // those that waited follow at once
  expect(Y.getState(board.doc.store, EVE)).toBeLessThanOrEqual(MAX_NESTING + 2);
  expect(takes(deletionOfFirst(EVE))).toBe(true);
});

it("[WB23] what lies in each other round and round waits for itself, and harms nobody", () => {
  const { takes } = setUp();
  const inside = (client: number, container: number) =>
    [1, client, 0, 7 | 32, 0, container, 0, 1, 65, 1] as const; // a map, as its A
  expect(takes(Uint8Array.of(2, ...inside(6, 5), ...inside(5, 6), 0))).toBe(true);
});

it("[WB23] lists that lie in each other are taken up to the limit and refused beyond", () => {
  const { takes } = setUp();
  expect(takes(chainOfLists(EVE, MAX_NESTING))).toBe(true);
  expect(takes(chainOfLists(EVE + 1, MAX_NESTING + 1))).toBe(false);
});

it("[WB23] a long text of one letter is not taken for nesting", () => {
  const { takes } = setUp();
  const doc = new Y.Doc();
  doc.getMap("objects").set("t", { id: "t", kind: "text", text: "u".repeat(10_000) });
  expect(takes(Y.encodeStateAsUpdate(doc))).toBe(true);
});

it("[WB24] a person brings a limited number of authors to a board that has not met them", () => {
  const { board, takes } = setUp();
  expect(takes(manyAuthors(EVE, MAX_NEW_AUTHORS))).toBe(true);
  expect(takes(manyAuthors(EVE, MAX_NEW_AUTHORS))).toBe(true); // it has met them
  expect(takes(manyAuthors(EVE + MAX_NEW_AUTHORS, 2))).toBe(false);
  expect(board.doc.store.clients.size).toBe(MAX_NEW_AUTHORS);
});

it.each(Object.entries(CONTENTS))(
  "[WB27] content of no length is refused: %s",
  (_name, content) => {
    const { board, takes } = setUp();
    expect(takes(emptyContent(EVE, content))).toBe(false);
    expect(takes(emptyContent(EVE + 1, content))).toBe(false);
    expect(takes(emptyNeighbour(EVE + 2))).toBe(false);
    expect(Y.encodeStateAsUpdate(board.doc).byteLength).toBe(2);
  },
);

it("[WB27] names and keys may be empty", () => {
  const { takes } = setUp();
  const doc = new Y.Doc();
  doc.getText("").insert(0, "text in a root without a name");
  doc.getMap("other").set("", 1);
  doc.getMap("other").set("empty text", "");
  expect(takes(Y.encodeStateAsUpdate(doc))).toBe(true);
  expect(takes(Y.encodeStateAsUpdate(doc))).toBe(true);
});

it("[WB27] whatever an update is made of, what was taken can be loaded again", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 8 }), (tails) => {
      const { board, takes } = setUp();
      for (const [i, tail] of tails.entries()) takes(Uint8Array.of(1, 2, 5 + (i % 3), 0, ...tail));
      Y.applyUpdate(new Y.Doc(), board.encode());
    }),
  );
});

it("[WB28] a board takes a limited number of subdocuments, at once and by steps", () => {
  const { board, takes } = setUp();
  expect(takes(manyDocuments(EVE, MAX_SUBDOCUMENTS + 1))).toBe(false);
  expect(takes(manyDocuments(EVE, MAX_SUBDOCUMENTS))).toBe(true);
  expect(takes(manyDocuments(EVE, MAX_SUBDOCUMENTS))).toBe(true); // it has them
  expect(takes(manyDocuments(EVE, 1, MAX_SUBDOCUMENTS))).toBe(false);
  expect(board.doc.subdocs.size).toBe(MAX_SUBDOCUMENTS);
});

it("[WB29] an update that would stop the server is ended, and what came before it stays", () => {
  const { board, takes } = setUp();
  expect(takes(crowd(EVE, 3_000))).toBe(true);
  let now = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => now++); // 1 ms for each item
  onTestFinished(() => clock.mockRestore());
  expect(takes(crowd(EVE + 1, 900))).toBe(true);
  expect(takes(crowd(EVE + 2, 3_000))).toBe(false);
  expect(Y.getState(board.doc.store, EVE + 2)).toBeGreaterThan(900);
  expect(Y.getState(board.doc.store, EVE + 2)).toBeLessThan(1_100);
  expect(takes(crowd(EVE + 3, 1))).toBe(true);
});
