import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { checkHistory, type AnomalyKind } from "./checkHistory.ts";
import type { History, ListEvent, Operation } from "./history.ts";

const append = (list: string, value: number): ListEvent => ({ kind: "append", list, value });
const read = (list: string, ...values: number[]): ListEvent => ({ kind: "read", list, values });

type Brief = Partial<Operation> & { events: ListEvent[] };

/** Operations one after the other unless they say otherwise, all by `ada`. */
function history(operations: Brief[], final: ListEvent[], rest: Partial<History> = {}): History {
  const placed = operations.map((operation, i): Operation => ({
    ...{ kind: "mutation", client: "ada", outcome: "ok", total: null },
    ...{ invokedAt: 10 * i, completedAt: 10 * i + 5 },
    ...operation,
  }));
  const end = { invokedAt: 1_000_000, completedAt: 1_000_001 };
  return {
    operations: placed,
    final: { kind: "query", client: "end", outcome: "ok", total: 0, events: final, ...end },
    ...{ total: 0, shown: [], live: [], recognized: [], ...rest },
  };
}

const kindsOf = (judged: History): AnomalyKind[] => checkHistory(judged).map(({ kind }) => kind);
/** Begun before and answered after everything else. */
const ALL_THE_TIME = { invokedAt: -1, completedAt: 999_999 };
const together = (...operations: Brief[]): Brief[] =>
  operations.map((operation, i) => ({ ...ALL_THE_TIME, client: `client ${i}`, ...operation }));
const snapshot = { kind: "snapshot" } as const;
const recognition = {
  ...{ client: "client 0", where: "mutation", owner: "ada" },
  ...{ mayBe: ["ada", "bob"], hadRunOut: false },
};

describe("[HI3] the checker of histories", () => {
  it("[HI3] finds nothing where one order explains everything", () => {
    expect(
      kindsOf(
        history(
          [
            { events: [append("x", 1), read("x", 1)] },
            { events: [read("x", 1), append("x", 2)], client: "bob" },
            { ...snapshot, client: "eve", events: [read("x", 1)] }, // a stale one, which eve may hold
            { ...snapshot, client: "eve", events: [read("x", 1, 2)] },
            { outcome: "failed", events: [append("x", 9)] },
            { outcome: "lost", completedAt: Infinity, events: [append("x", 8)] },
          ],
          [read("x", 1, 2)],
          { recognized: [recognition] },
        ),
      ),
    ).toEqual([]);
  });

  it.each<[string, AnomalyKind[], History]>([
    [
      "a lost update: two read the same and both wrote",
      ["cycle"],
      history(
        together({ events: [read("x"), append("x", 1)] }, { events: [read("x"), append("x", 2)] }),
        [read("x", 1, 2)],
      ),
    ],
    [
      "write skew: two read what the other wrote afterwards",
      ["cycle"],
      history(
        together({ events: [read("x"), append("y", 1)] }, { events: [read("y"), append("x", 2)] }),
        [read("x", 2), read("y", 1)],
      ),
    ],
    [
      "information that flows in a circle",
      ["cycle"],
      history(
        together(
          { events: [read("x", 2), append("y", 1)] },
          { events: [read("y", 1), append("x", 2)] },
        ),
        [read("x", 2), read("y", 1)],
      ),
    ],
    [
      "a write in the middle of a transaction that was seen",
      ["cycle"],
      history(together({ events: [append("x", 1), append("x", 2)] }, { events: [read("x", 1)] }), [
        read("x", 1, 2),
      ]),
    ],
    [
      "two clients that saw two writes in different orders",
      ["cycle"],
      history(
        together(
          { events: [append("x", 1)] },
          { events: [append("y", 2)] },
          { ...snapshot, events: [read("x", 1), read("y")] },
          { ...snapshot, events: [read("x"), read("y", 2)] },
        ),
        [read("x", 1), read("y", 2)],
      ),
    ],
    [
      "a query that did not see what had been acknowledged before it was asked",
      ["cycle"],
      history(
        [{ events: [append("x", 1)] }, { kind: "query", client: "bob", events: [read("x")] }],
        [read("x", 1)],
      ),
    ],
    [
      "a client that does not hold its own write",
      ["cycle"],
      history([{ events: [append("x", 1)] }, { ...snapshot, events: [read("x")] }], [read("x", 1)]),
    ],
    [
      "a client that is taken back in time",
      ["cycle"],
      history(
        [
          { ...ALL_THE_TIME, client: "bob", events: [append("x", 1)] },
          { ...snapshot, events: [read("x", 1)] },
          { ...snapshot, events: [read("x")] },
        ],
        [read("x", 1)],
      ),
    ],
    [
      "a client whose second mutation came before its first",
      ["cycle"],
      history(
        [
          { ...ALL_THE_TIME, events: [append("x", 1)] },
          { ...ALL_THE_TIME, invokedAt: 0, events: [append("x", 2)] },
        ],
        [read("x", 2, 1)],
      ),
    ],
    [
      "a mutation that took effect twice",
      ["duplicate"],
      history([{ events: [append("x", 1)] }], [read("x", 1, 1)]),
    ],
    [
      "an acknowledged write that is gone",
      ["lost"],
      history([{ events: [append("x", 1)] }], [read("x")]),
    ],
    [
      "a failed mutation that left something",
      ["aborted"],
      history([{ outcome: "failed", events: [append("x", 1)] }], [read("x", 1)]),
    ],
    ["a value from nowhere", ["invented"], history([], [read("x", 1)])],
    [
      "a mutation without an answer",
      ["unanswered"],
      history([{ outcome: "unknown", completedAt: Infinity, events: [] }], []),
    ],
    [
      "a transaction that does not see itself",
      ["internal"],
      history([{ events: [append("x", 1), read("x")] }], [read("x", 1)]),
    ],
    [
      "a list in an order that never was",
      ["order", "cycle"],
      history(
        together({ events: [append("x", 1)] }, { events: [append("x", 2)] }).concat({
          ...ALL_THE_TIME,
          ...snapshot,
          events: [read("x", 2)],
        }),
        [read("x", 1, 2)],
      ),
    ],
    [
      "money that vanished for a moment",
      ["total"],
      history([{ ...snapshot, events: [], total: 299 }], [], { total: 0 }),
    ],
    [
      "a counter that goes back before its client's eyes",
      ["flicker"],
      history([], [], { shown: [{ client: "ada", counts: [1, 2, 2, 1] }] }),
    ],
    [
      "a live query that missed something",
      ["stuck"],
      history([], [], { live: [{ client: "ada", query: "q", live: "1", fresh: "2" }] }),
    ],
    [
      "a mutation of an action that was done twice, though nobody heard of it",
      ["duplicate"],
      history(
        [{ outcome: "lost", completedAt: Infinity, events: [append("x", 1)] }],
        [read("x", 1, 1)],
      ),
    ],
    [
      "a query that took its caller for somebody else",
      ["stranger"],
      history([], [], { recognized: [{ ...recognition, owner: "eve" }] }),
    ],
    [
      "a token that was believed after it had run out",
      ["expired"],
      history([], [], { recognized: [{ ...recognition, hadRunOut: true }] }),
    ],
  ])("[HI3] tells of %s", (_, kinds, judged) => {
    expect(new Set(kindsOf(judged))).toEqual(new Set(kinds));
  });

  /** What a serial database would answer to random transactions, each of which may be open for long. */
  const serialHistory = fc
    .array(
      fc.record({
        list: fc.constantFrom("x", "y"),
        reads: fc.constantFrom("x", "y"),
        early: fc.nat(30),
        late: fc.nat(30),
      }),
      { minLength: 2, maxLength: 30 },
    )
    .map((drawn) => {
      const state: Record<string, number[]> = { x: [], y: [] };
      const operations = drawn.map(({ list, reads, early, late }, i): Brief => {
        const seen = read(reads, ...(state[reads] ?? []));
        state[list]?.push(i);
        const [invokedAt, completedAt] = [10 * i - early - 0.5, 10 * i + late];
        return { client: `client ${i}`, invokedAt, completedAt, events: [seen, append(list, i)] };
      });
      return history(operations, [read("x", ...state["x"]!), read("y", ...state["y"]!)]);
    });

  it("[HI3] finds nothing in what a serial database answers, however long the answers take", () => {
    fc.assert(
      fc.property(serialHistory, (judged) => {
        expect(checkHistory(judged)).toEqual([]);
      }),
    );
  });

  it("[HI3] finds the late query that forgets what was there last", () => {
    fc.assert(
      fc.property(serialHistory, (judged) => {
        const longest = judged.final.events
          .filter((event) => event.kind === "read")
          .sort((a, b) => b.values.length - a.values.length)[0]!;
        const late: Operation = {
          ...{ kind: "query", client: "late", outcome: "ok", total: null },
          ...{ invokedAt: 10_000, completedAt: 10_001 },
          events: [read(longest.list, ...longest.values.slice(0, -1))],
        };
        const operations = [...judged.operations, late];
        expect(kindsOf({ ...judged, operations })).toEqual(["cycle"]);
      }),
    );
  });
});
