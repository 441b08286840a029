import { expect, it } from "vitest";
import type { FoldedTurn } from "../../../convex/contract/tutorEvents.ts";
import { exchangesOf, isLive, type StoredTurn } from "./exchanges.ts";

const me = { userId: "me", name: "Ada" };

const stored = (number: number, also: Partial<StoredTurn> = {}): StoredTurn =>
  ({
    turnId: `t${number}`,
    number,
    authorId: "me",
    authorName: "Ada",
    clientMessageId: `m${number}`,
    question: `Question ${number}`,
    askedAt: number,
    state: { kind: "done", endedAt: number },
    answer: `Answer ${number}`,
    citations: [],
    droppedCitations: 0,
    madeBy: "extractive",
    ...also,
  }) as StoredTurn;

const live = (also: Partial<FoldedTurn> = {}): FoldedTurn => ({
  turnId: "t2",
  number: 2,
  authorId: "me",
  authorName: "Ada",
  question: "Question 2",
  clientMessageId: "m2",
  phase: { kind: "speaking" },
  text: "Because of",
  citations: [],
  drawnObjectIds: ["o1"],
  ...also,
});

const pending = (id: string) => ({ id, text: "And why?", boardSelection: [], isAccepted: false });

it("[WP12] stored turns are shown oldest first, what is pending last", () => {
  const shown = exchangesOf({
    stored: [stored(2), stored(1)],
    live: null,
    pending: [pending("p")],
    me,
  });
  expect(shown.map(({ key }) => key)).toEqual(["m1", "m2", "p"]);
  expect(shown[2]?.phase).toEqual({ kind: "sending" });
});

it("[WP12] a question is shown once while it goes from pending to live to stored", () => {
  const asks = [pending("m2")];
  const keys = (sources: Partial<Parameters<typeof exchangesOf>[0]>) =>
    exchangesOf({ stored: [stored(1)], live: null, pending: asks, me, ...sources }).map(
      (e) => e.key,
    );
  expect(keys({})).toEqual(["m1", "m2"]);
  expect(keys({ live: live() })).toEqual(["m1", "m2"]);
  expect(keys({ live: live(), stored: [stored(2), stored(1)] })).toEqual(["m1", "m2"]);
});

it("[WP12] the longer account of a live turn is shown", () => {
  const state = { kind: "speaking" as const };
  const shown = (answer: string, text: string) =>
    exchangesOf({
      stored: [stored(2, { state, answer })],
      live: live({ text }),
      pending: [],
      me,
    })[0];
  expect(shown("Be", "Because of")?.answer).toBe("Because of");
  expect(shown("Because of light", "Be")?.answer).toBe("Because of light");
});

it("[WP12] a stored ending wins over events that were missed", () => {
  const shown = exchangesOf({ stored: [stored(2)], live: live(), pending: [], me })[0]!;
  expect(shown.answer).toBe("Answer 2");
  expect(isLive(shown)).toBe(false);
  expect(shown.drawnObjectIds).toEqual(["o1"]);
});

it("[WP12] an interrupted turn is told from one that failed", () => {
  const state = (code: "INTERRUPTED" | "MODEL_REFUSED") =>
    ({ kind: "failed", endedAt: 1, code, message: "…" }) as const;
  const phase = (code: "INTERRUPTED" | "MODEL_REFUSED") =>
    exchangesOf({ stored: [stored(1, { state: state(code) })], live: null, pending: [], me })[0]
      ?.phase;
  expect(phase("INTERRUPTED")).toMatchObject({ isInterrupted: true });
  expect(phase("MODEL_REFUSED")).toMatchObject({ isInterrupted: false });
});
