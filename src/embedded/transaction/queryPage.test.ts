import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  collect,
  mutate,
  query,
  range,
  schemaOf,
  testDatabase,
  textQuery,
} from "../../../test/support/embeddedStore.ts";
import type { Database } from "../store/database.ts";
import type { StoredDocument } from "../values/jsonValue.ts";
import { sizeOf } from "../values/normalizeValue.ts";
import type { QueryJson, QueryPageArgs } from "./queryJson.ts";
import type { QueryPageResult } from "./transaction.ts";

const schema = schemaOf(
  defineSchema({
    t: defineTable(v.any())
      .index("by_n", ["n"])
      .searchIndex("by_text", { searchField: "text", filterFields: [] }),
  }),
);

async function filled(numbers: readonly number[]): Promise<Database> {
  const database = testDatabase();
  await database.applySchema(schema);
  await mutate(database, (tx) => {
    for (const n of numbers) tx.insert("t", { n, text: `word number ${n}` });
  });
  return database;
}

function args(json: QueryJson, change: Partial<QueryPageArgs> = {}): QueryPageArgs {
  return { query: json, cursor: null, endCursor: null, pageSize: 3, ...change };
}

function page(
  database: Database,
  wanted: QueryPageArgs,
  journal: string | null = null,
): QueryPageResult {
  return query(database, (tx) => tx.queryPage(wanted, journal));
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const numbers = (documents: readonly StoredDocument[]): unknown[] => documents.map(({ n }) => n);

type Edit = { add: number } | { drop: number };
const edit = fc.oneof(
  fc.record({ add: fc.nat(40) }),
  fc.record({ drop: fc.nat(40) }),
) as fc.Arbitrary<Edit>;

async function apply(database: Database, edits: readonly Edit[]): Promise<void> {
  await mutate(database, (tx) => {
    for (const one of edits) {
      if ("add" in one) tx.insert("t", { n: one.add });
      else {
        const bound = { type: "Gte" as const, fieldPath: "n", value: one.drop };
        const [first] = collect(tx, range("t.by_n", [bound], "asc", [{ limit: 1 }]));
        if (first !== undefined) tx.delete("t", first._id);
      }
    }
  });
}

it("[PG1] pages that run again with their journals are together what one read would give", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(40), { maxLength: 20 }),
      fc.array(fc.array(edit, { maxLength: 4 }), { maxLength: 8 }),
      fc.constantFrom("asc" as const, "desc" as const),
      fc.integer({ min: 1, max: 6 }),
      fc.boolean(),
      async (initial, rounds, order, pageSize, isFiltered) => {
        const database = await filled(initial);
        const filter = { $neq: [{ $mod: [{ $field: "n" }, { $literal: 3 }] }, { $literal: 0 }] };
        const json = range("t.by_n", [], order, isFiltered ? [{ filter }] : []);
        const pages: { cursor: string | null; journal: string | null; next: string }[] = [];
        let isDone = false;
        for (const edits of [...rounds, [], [], []]) {
          if (!isDone) {
            const cursor = pages.at(-1)?.next ?? null;
            const first = page(database, args(json, { cursor, pageSize }));
            pages.push({ cursor, journal: first.journal, next: first.continueCursor });
            isDone = first.isDone;
          }
          await apply(database, edits);
          const again = query(database, (tx) =>
            pages.flatMap(({ cursor, journal }) => {
              const result = tx.queryPage(args(json, { cursor, pageSize }), journal);
              expect(result.journal).toBe(journal);
              return result.page;
            }),
          );
          const all = query(database, (tx) => collect(tx, json));
          expect(again).toEqual(isDone ? all : all.slice(0, again.length));
        }
        await database.close();
      },
    ),
    { numRuns: Math.ceil((fc.readConfigureGlobal().numRuns ?? 100) / 2) },
  );
});

it("[PG2] a page is full when it holds what was asked for, and done only when nothing is left", async () => {
  const database = await filled(upTo(7));
  const json = range("t.by_n");
  const first = page(database, args(json));
  expect(first).toMatchObject({ isDone: false, pageStatus: null });
  const second = page(database, args(json, { cursor: first.continueCursor }));
  const third = page(database, args(json, { cursor: second.continueCursor }));
  expect(numbers([...first.page, ...second.page, ...third.page])).toEqual(upTo(7));
  expect(third.isDone).toBe(true);
  const beyond = page(database, args(json, { cursor: third.continueCursor }));
  expect(beyond).toMatchObject({ page: [], isDone: true, continueCursor: third.continueCursor });
});

it("[PG3] a page split at its split cursor gives the same documents in two pages", async () => {
  const database = await filled(upTo(9));
  const json = range("t.by_n", [], "desc");
  const whole = page(database, args(json, { pageSize: 5 }));
  const split = whole.splitCursor!;
  const left = page(database, args(json, { endCursor: split }));
  const right = page(database, args(json, { cursor: split, endCursor: whole.continueCursor }));
  expect([...left.page, ...right.page]).toEqual(whole.page);
  expect(left.page.length * right.page.length).toBeGreaterThan(0);
  expect(right.continueCursor).toBe(whole.continueCursor);
});

it("[PG4] rows that are filtered out count towards a cap, at which a page ends", async () => {
  const database = await filled(upTo(20));
  const filter = { $gte: [{ $field: "n" }, { $literal: 15 }] };
  const json = range("t.by_n", [], "asc", [{ filter }]);
  const capped = page(database, args(json, { maximumRowsRead: 8 }));
  expect(capped).toMatchObject({ page: [], isDone: false, pageStatus: "SplitRecommended" });
  const next = page(database, args(json, { cursor: capped.continueCursor, maximumRowsRead: 10 }));
  expect(numbers(next.page)).toEqual([15, 16, 17]);
  const byBytes = page(database, args(json, { maximumBytesRead: 1 }));
  expect(byBytes).toMatchObject({ page: [], pageStatus: "SplitRecommended", splitCursor: null });
});

it("[PG5] a page that lacks rows before its end must be split; its parts reach them all", async () => {
  const database = await filled(upTo(23));
  const json = range("t.by_n");
  const end = page(database, args(json, { pageSize: 21 })).continueCursor;
  for (const maximumRowsRead of [1, 2, 3, 4, 20]) {
    const walk = (cursor: string | null, endCursor: string, depth: number): StoredDocument[] => {
      expect(depth).toBeLessThan(30);
      const part = page(database, args(json, { cursor, endCursor, maximumRowsRead }));
      expect(part.continueCursor).toBe(endCursor);
      if (part.pageStatus !== "SplitRequired") return part.page;
      const split = part.splitCursor!;
      return [...walk(cursor, split, depth + 1), ...walk(split, endCursor, depth + 1)];
    };
    expect(numbers(walk(null, end, 0))).toEqual(upTo(21));
  }
});

it("[PG11] a split is recommended from three quarters of a cap and above 6,144 documents", async () => {
  const database = await filled(upTo(20));
  const of = (change: Partial<QueryPageArgs>) => page(database, args(range("t.by_n"), change));
  expect(of({ maximumRowsRead: 8, pageSize: 6 })).toMatchObject({ pageStatus: null });
  expect(of({ maximumRowsRead: 8, pageSize: 7 })).toMatchObject({ pageStatus: "SplitRecommended" });
  const bytes = sizeOf(of({ pageSize: 1 }).page[0]!);
  expect(of({ maximumBytesRead: 8 * bytes, pageSize: 6 })).toMatchObject({ pageStatus: null });
  expect(of({ maximumBytesRead: 8 * bytes, pageSize: 7 })).toMatchObject({
    pageStatus: "SplitRecommended",
  });
  const many = await filled(upTo(6_145));
  const ofMany = (pageSize: number) => page(many, args(range("t.by_n"), { pageSize })).pageStatus;
  expect(ofMany(6_144)).toBeNull();
  expect(ofMany(6_145)).toBe("SplitRecommended");
});

it("[PG12] the split cursor stands in the middle of what was read, from three rows on", async () => {
  const database = await filled(upTo(9));
  const json = range("t.by_n");
  for (const [pageSize, left] of [
    [1, null],
    [2, null],
    [3, 2],
    [4, 3],
    [9, 5],
  ] as const) {
    const { splitCursor } = page(database, args(json, { pageSize }));
    const first = (endCursor: string) => page(database, args(json, { endCursor })).page.length;
    expect(splitCursor === null ? null : first(splitCursor)).toBe(left);
  }
});

it("[PG6] a cursor of another query, or one that was made up, is an InvalidCursor", async () => {
  const database = await filled(upTo(5));
  const { continueCursor } = page(database, args(range("t.by_n")));
  const bound = { type: "Gt" as const, fieldPath: "n", value: 0 };
  const others = [
    range("t.by_n", [bound]),
    range("t.by_n", [], "desc"),
    range("t.by_creation_time"),
  ];
  const invalid = { data: { isConvexSystemError: true, paginationError: "InvalidCursor" } };
  for (const json of others) {
    expect(() => page(database, args(json, { cursor: continueCursor }))).toThrow(
      expect.objectContaining(invalid),
    );
  }
  for (const cursor of [
    "",
    "x",
    "_end_",
    continueCursor.slice(0, -4),
    `${continueCursor.startsWith("A") ? "B" : "A"}${continueCursor.slice(1)}`,
  ]) {
    expect(() => page(database, args(range("t.by_n"), { cursor }))).toThrow(/InvalidCursor/);
  }
});

it("[PG7] impossible sizes are refused by name", async () => {
  const database = await filled([]);
  const refused = (change: Partial<QueryPageArgs>): (() => unknown) => {
    return () => page(database, args(range("t.by_n"), change));
  };
  expect(refused({ pageSize: 0 })).toThrow(/NoDocumentsForPagination/);
  expect(refused({ pageSize: 1e6 })).toThrow(/PageSizeTooLarge/);
  expect(refused({ maximumRowsRead: 0 })).toThrow(/InvalidPaginationLimit/);
  expect(refused({ pageSize: 1.5 })).toThrow(/whole numbers/);
  expect(refused({ maximumRowsRead: 1.5 })).toThrow(/whole numbers/);
});

it("[PG8] search results are paged too", async () => {
  const database = await filled(upTo(7));
  const json = textQuery("t.by_text", "text", "number");
  const first = page(database, args(json, { pageSize: 4 }));
  const second = page(database, args(json, { pageSize: 4, cursor: first.continueCursor }));
  expect(first.isDone).toBe(false);
  expect(second.isDone).toBe(true);
  const all = query(database, (tx) => collect(tx, json));
  expect([...first.page, ...second.page]).toEqual(all);
});

it("[PG9] a page reads no further than its end, as far as conflicts are concerned", async () => {
  const database = await filled(upTo(10));
  const tx = database.begin("mutation");
  tx.queryPage(args(range("t.by_n")), null);
  await apply(database, [{ add: 5 }]);
  tx.insert("t", { n: 100 });
  await expect(database.commit(tx)).resolves.toBeDefined();
  const other = database.begin("mutation");
  other.queryPage(args(range("t.by_n")), null);
  await apply(database, [{ add: 1 }]);
  other.insert("t", { n: 100 });
  await expect(database.commit(other)).rejects.toThrow(
    expect.objectContaining({ code: "CONFLICT" }),
  );
});
