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
} from "../../../test/support/embeddedStore.ts";
import { PagedList } from "../../../test/support/pagedList.ts";
import type { Database } from "../store/database.ts";

const schema = schemaOf(defineSchema({ t: defineTable(v.any()).index("by_n", ["n"]) }));

/** `to` moves a document within the index. */
type Edit = { add: number } | { drop: number } | { move: number; to: number } | { more: number };

const position = fc.nat(30);
const edit = fc.oneof(
  { weight: 4, arbitrary: fc.record({ add: position }) },
  { weight: 3, arbitrary: fc.record({ drop: position }) },
  { weight: 1, arbitrary: fc.record({ move: position, to: position }) },
  { weight: 2, arbitrary: fc.record({ more: fc.integer({ min: 1, max: 6 }) }) },
) as fc.Arbitrary<Edit>;

async function apply(database: Database, list: PagedList, edits: readonly Edit[]): Promise<void> {
  for (const one of edits) if ("more" in one) list.loadMore(one.more);
  await mutate(database, (tx) => {
    const first = (from: number) => {
      const bound = { type: "Gte" as const, fieldPath: "n", value: from };
      return collect(tx, range("t.by_n", [bound], "asc", [{ limit: 1 }]))[0]?._id;
    };
    for (const one of edits) {
      if ("add" in one) tx.insert("t", { n: one.add });
      else if ("drop" in one || "move" in one) {
        const id = first("drop" in one ? one.drop : one.move);
        if (id === undefined) continue;
        if ("drop" in one) tx.delete("t", id);
        else tx.patch("t", id, { n: one.to });
      }
    }
  });
}

it("[PG10] a list that loads, grows, shrinks and splits shows each document once and lacks none", async () => {
  let mostPages = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(position, { maxLength: 20 }),
      fc.array(fc.array(edit, { maxLength: 6 }), { maxLength: 12, size: "max" }),
      fc.record({
        order: fc.constantFrom("asc" as const, "desc" as const),
        initialNumItems: fc.integer({ min: 1, max: 5 }),
        maximumRowsRead: fc.option(fc.integer({ min: 1, max: 6 })),
        isFiltered: fc.boolean(),
      }),
      async (initial, rounds, { order, initialNumItems, maximumRowsRead, isFiltered }) => {
        const database = testDatabase();
        await database.applySchema(schema);
        await mutate(database, (tx) => {
          for (const n of initial) tx.insert("t", { n });
        });
        const filter = { $neq: [{ $mod: [{ $field: "n" }, { $literal: 3 }] }, { $literal: 0 }] };
        const json = range("t.by_n", [], order, isFiltered ? [{ filter }] : []);
        const list = new PagedList(database, { json, initialNumItems, maximumRowsRead });
        for (const edits of [[], ...rounds]) {
          await apply(database, list, edits);
          const { documents, isComplete, pages } = list.show();
          const all = query(database, (tx) => collect(tx, json));
          expect(documents).toEqual(isComplete ? all : all.slice(0, documents.length));
          mostPages = Math.max(mostPages, pages);
        }
        await database.close();
      },
    ),
    { numRuns: Math.ceil((fc.readConfigureGlobal().numRuns ?? 100) / 4) },
  );
  expect(mostPages).toBeGreaterThan(5); // else nothing was ever split
});
