/**
 * Random programs, interleaved step by step, against a model that keeps documents in a Map and answers
 * queries by looking at all of them. What committed must read as if it had run alone, in commit order;
 * what only read must read one snapshot. On failure fast-check prints the program.
 */
import { defineSchema, defineTable } from "convex/server";
import { compareValues, jsonToConvex, v, type Value } from "convex/values";
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  collect,
  countingClock,
  schemaOf,
  testDatabase,
} from "../../../test/support/embeddedStore.ts";
import type { Database } from "../store/database.ts";
import { ConflictError } from "../store/databaseError.ts";
import type { JSONObject, JSONValue, StoredDocument } from "../values/jsonValue.ts";
import { fieldAt } from "../values/jsonValue.ts";
import type { QueryJson, RangeBound } from "./queryJson.ts";
import type { Transaction } from "./transaction.ts";

const schema = schemaOf(
  defineSchema({
    t: defineTable(v.any()).index("by_a", ["a"]).index("by_b_and_a", ["b", "a"]),
  }),
);
const INDEX_FIELDS: Record<string, string[]> = {
  by_id: ["_id"],
  by_creation_time: ["_creationTime", "_id"],
  by_a: ["a", "_creationTime", "_id"],
  by_b_and_a: ["b", "a", "_creationTime", "_id"],
};

type Query = {
  index: keyof typeof INDEX_FIELDS;
  bounds: { type: RangeBound["type"]; value: JSONValue }[];
  order: "asc" | "desc";
  filter: number | null;
  limit: number | null;
};
type Step =
  | { do: "insert"; value: JSONObject }
  | { do: "query"; query: Query }
  | { do: "get" | "delete"; pick: number }
  | { do: "patch" | "replace"; pick: number; value: JSONObject }
  | { do: "count" }
  | { do: "save" }
  | { do: "undo" };
type Program = { kind: "query" | "mutation"; steps: Step[] };

/** What a program can do, for the engine and the model alike. */
interface Door {
  insert(value: JSONObject): StoredDocument;
  query(query: Query): StoredDocument[];
  get(id: string): StoredDocument | null;
  patch(id: string, value: JSONObject): JSONValue;
  replace(id: string, value: JSONObject): JSONValue;
  delete(id: string): JSONValue;
  count(): number;
  save(): void;
  undo(): void;
}

const scalar = fc.constantFrom<JSONValue>(0, 1, 2, null, "x", "y", { $integer: "AQAAAAAAAAA=" });
const fields = fc.dictionary(fc.constantFrom("a", "b"), scalar, {
  maxKeys: 2,
  noNullPrototype: true,
});
const change = fc.dictionary(
  fc.constantFrom("a", "b"),
  fc.oneof(scalar, fc.constant<JSONValue>({ $undefined: null })),
  { minKeys: 1, noNullPrototype: true },
);
const query = fc.record<Query>({
  index: fc.constantFrom("by_id", "by_creation_time", "by_a", "by_b_and_a"),
  bounds: fc.array(
    fc.record({ type: fc.constantFrom("Eq" as const, "Gt", "Gte", "Lt", "Lte"), value: scalar }),
    { maxLength: 2 },
  ),
  order: fc.constantFrom("asc", "desc"),
  filter: fc.option(fc.nat(2)),
  limit: fc.option(fc.integer({ min: 0, max: 4 })),
});
const pick = fc.nat(20);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("insert" as const), value: fields }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("query" as const), query }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("get" as const), pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), pick }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("patch" as const), pick, value: change }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("replace" as const), pick, value: fields }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("count" as const, "save", "undo") }) },
) as fc.Arbitrary<Step>;
const program = fc.record<Program>({
  kind: fc.constantFrom("mutation", "mutation", "mutation", "query"),
  steps: fc.array(step, { minLength: 1, maxLength: 8 }),
});

/** Bounds made to follow the index: equalities as they come, then one lower and one upper bound. */
function boundsOf({ index, bounds }: Query): RangeBound[] {
  const names = INDEX_FIELDS[index]!;
  const equalities = bounds.filter(({ type }) => type === "Eq").slice(0, names.length - 1);
  const next = names[equalities.length]!;
  const lower = bounds.find(({ type }) => type === "Gt" || type === "Gte");
  const upper = bounds.find(({ type }) => type === "Lt" || type === "Lte");
  return [
    ...equalities.map((bound, i) => ({ ...bound, fieldPath: names[i]! })),
    ...[lower, upper].flatMap((bound) => (bound ? [{ ...bound, fieldPath: next }] : [])),
  ];
}

function toQueryJson(query: Query): QueryJson {
  const filter = { $neq: [{ $field: "a" }, { $literal: query.filter }] };
  return {
    source: {
      type: "IndexRange",
      indexName: `t.${query.index}`,
      range: boundsOf(query),
      order: query.order,
    },
    operators: [
      ...(query.filter === null ? [] : [{ filter }]),
      ...(query.limit === null ? [] : [{ limit: query.limit }]),
    ],
  };
}

function live(document: StoredDocument, path: string): Value | undefined {
  const value = fieldAt(document, [path]);
  return value === undefined ? undefined : jsonToConvex(value);
}

function engineDoor(tx: Transaction): Door {
  const savepoints = [tx.savepoint()];
  return {
    insert: (value) => tx.get("t", tx.insert("t", value))!,
    query: (query) => collect(tx, toQueryJson(query)),
    get: (id) => tx.get("t", id),
    patch: (id, value) => tx.patch(null, id, value),
    replace: (id, value) => tx.replace("t", id, value),
    delete: (id) => tx.delete(null, id),
    count: () => tx.count("t"),
    save: () => void savepoints.push(tx.savepoint()),
    undo: () => tx.rollbackTo(savepoints.length > 1 ? savepoints.pop()! : savepoints[0]!),
  };
}

/** The model: documents in a Map. `inserted` are the system fields that the engine gave, in order. */
function modelDoor(documents: Map<string, StoredDocument>, inserted: StoredDocument[]): Door {
  const savepoints = [new Map(documents)];
  const restore = (saved: Map<string, StoredDocument>): void => {
    documents.clear();
    for (const [id, document] of saved) documents.set(id, document);
  };
  const update = (id: string, next: JSONObject): JSONValue => {
    if (!documents.has(id)) throw new Error("nonexistent");
    const kept = Object.entries(next).filter(([, value]) => !isUndefined(value));
    documents.set(id, Object.fromEntries(kept) as StoredDocument);
    return documents.get(id)!;
  };
  return {
    insert: (value) => {
      const { _id, _creationTime } = inserted.shift()!;
      documents.set(_id, { ...value, _id, _creationTime });
      return documents.get(_id)!;
    },
    query: (query) => naiveQuery(documents, query),
    get: (id) => documents.get(id) ?? null,
    patch: (id, value) => update(id, { ...documents.get(id), ...value }),
    replace: (id, value) => {
      const { _id, _creationTime } = documents.get(id) ?? {};
      return update(id, { ...value, _id: _id!, _creationTime: _creationTime! });
    },
    delete: (id) => {
      const document = documents.get(id);
      if (!documents.delete(id)) throw new Error("nonexistent");
      return document!;
    },
    count: () => documents.size,
    save: () => void savepoints.push(new Map(documents)),
    undo: () => restore(savepoints.length > 1 ? savepoints.pop()! : savepoints[0]!),
  };
}

function isUndefined(value: JSONValue): boolean {
  return typeof value === "object" && value !== null && "$undefined" in value;
}

function naiveQuery(documents: Map<string, StoredDocument>, query: Query): StoredDocument[] {
  const matches = (order: number, type: RangeBound["type"]): boolean =>
    ({ Eq: order === 0, Gt: order > 0, Gte: order >= 0, Lt: order < 0, Lte: order <= 0 })[type];
  const found = [...documents.values()]
    .filter((document) =>
      boundsOf(query).every(({ type, fieldPath, value }) =>
        matches(compareValues(live(document, fieldPath), jsonToConvex(value)), type),
      ),
    )
    .sort((a, b) => {
      for (const path of INDEX_FIELDS[query.index]!) {
        const order = compareValues(live(a, path), live(b, path));
        if (order !== 0) return query.order === "asc" ? order : -order;
      }
      return 0;
    })
    .filter((document) => query.filter === null || live(document, "a") !== query.filter);
  return found.slice(0, query.limit ?? Infinity);
}

/** One step; errors are results like any other, by their kind. */
function perform(door: Door, step: Step, ids: readonly string[]): unknown {
  const id = "pick" in step ? ids[step.pick % Math.max(1, ids.length)] : "none";
  if (id === undefined) return null;
  try {
    return ask(door, step, id) ?? null;
  } catch (error) {
    if (!(error instanceof ConflictError) && String(error).includes("nonexistent"))
      return "nonexistent";
    throw error;
  }
}

function ask(door: Door, step: Step, id: string): unknown {
  switch (step.do) {
    case "insert":
      return door.insert(step.value);
    case "query":
      return door.query(step.query);
    case "patch":
    case "replace":
      return door[step.do](id, step.value);
    case "get":
    case "delete":
      return door[step.do](id);
    case "count":
    case "save":
    case "undo":
      return door[step.do]();
  }
}

interface Run {
  program: Program;
  tx: Transaction;
  door: Door;
  results: { step: Step; ids: string[]; result: unknown }[];
  position: number;
  ts: number | null;
}

function isWrite(step: Step): boolean {
  return ["insert", "patch", "replace", "delete"].includes(step.do);
}

/** Interleaves the programs as the schedule says. Returns what each of those that ended saw. */
async function interleave(
  database: Database,
  programs: Program[],
  schedule: number[],
): Promise<Run[]> {
  const waiting = programs.slice(1);
  const active: Run[] = [];
  const ended = [await runAlone(database, programs[0]!)];
  const commits: Promise<unknown>[] = [];
  const ids = ended[0]!.results.map(({ result }) => (result as StoredDocument)._id);
  let turn = 0;
  while (waiting.length + active.length > 0) {
    const choice = schedule[turn++ % schedule.length]!;
    if (waiting.length > 0 && (active.length < 3 || choice === 0)) {
      const program = waiting.shift()!;
      const tx = database.begin(program.kind);
      active.push({ program, tx, door: engineDoor(tx), results: [], position: 0, ts: null });
      continue;
    }
    const run = active[choice % active.length]!;
    const step = run.program.steps[run.position++];
    if (step === undefined) {
      active.splice(active.indexOf(run), 1);
      const committed = database.commit(run.tx).then(({ ts }) => {
        run.ts = ts;
        ended.push(run);
      });
      commits.push(
        committed.catch((error: unknown) => expect(error).toBeInstanceOf(ConflictError)),
      );
      if (choice % 2 === 0) await Promise.all(commits); // else its effects are there unflushed
    } else if (run.program.kind === "mutation" || !isWrite(step)) {
      const known = [...ids];
      const result = perform(run.door, step, known);
      if (step.do === "insert") ids.push((result as StoredDocument)._id);
      run.results.push({ step, ids: known, result: structuredClone(result) });
    }
  }
  await Promise.all(commits);
  return ended;
}

/** Without it most programs would find nothing to disagree about. */
const SEED: Program = {
  kind: "mutation",
  steps: [0, 1, 1, 2, null].map((a, i) => ({ do: "insert", value: { a, b: i % 2 } })),
};

async function runAlone(database: Database, program: Program): Promise<Run> {
  const tx = database.begin(program.kind);
  const door = engineDoor(tx);
  const results = program.steps.map((step) => {
    return { step, ids: [], result: structuredClone(perform(door, step, [])) };
  });
  const { ts } = await database.commit(tx);
  return { program, tx, door, results, position: results.length, ts };
}

function replay(state: Map<string, StoredDocument>, run: Run): void {
  const inserted = run.results.flatMap(({ step, result }) =>
    step.do === "insert" ? [result as StoredDocument] : [],
  );
  const door = modelDoor(state, inserted);
  for (const { step, ids, result } of run.results) expect(perform(door, step, ids)).toEqual(result);
}

async function check(programs: Program[], schedule: number[]): Promise<number> {
  const database = testDatabase({ now: countingClock() });
  await database.applySchema(schema);
  const ended = await interleave(database, programs, schedule);
  const order = ended.sort((a, b) => a.ts! - b.ts! || Number(isReader(a)) - Number(isReader(b)));
  const state = new Map<string, StoredDocument>();
  for (const run of order) replay(isReader(run) ? new Map(state) : state, run);
  const last = database.begin("query");
  const all: Query = { index: "by_id", bounds: [], order: "asc", filter: null, limit: null };
  for (const index of Object.keys(INDEX_FIELDS)) {
    const stored = collect(last, toQueryJson({ ...all, index }));
    expect(stored).toEqual(naiveQuery(state, { ...all, index }));
  }
  await database.close();
  return programs.length - ended.length;
}

/** Its ts is its snapshot, which it shares with the commit it comes after. */
function isReader({ tx, program, results }: Run): boolean {
  return (
    program.kind === "query" ||
    !results.some(({ step }) => isWrite(step)) ||
    tx.usage.used("documentsWritten") === 0
  );
}

it("[TX1-TX5] interleaved transactions read and write as if each had run alone", async () => {
  let conflicts = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(program, { minLength: 1, maxLength: 8 }),
      fc.array(fc.nat(5), { minLength: 4, maxLength: 40 }),
      async (programs, schedule) => {
        conflicts += await check([SEED, ...programs], schedule);
      },
    ),
    { numRuns: 4 * (fc.readConfigureGlobal().numRuns ?? 100) },
  );
  expect(conflicts).toBeGreaterThan(0); // else nothing was ever at stake
});
