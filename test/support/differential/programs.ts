/**
 * Generates programs: a schema, and calls of queries, mutations, actions and pages on it. What they keep
 * clear of because `convex-test` does not do it as Convex does stands in README.md.
 */
import fc from "fast-check";
import type {
  Ending,
  Pick,
  Query,
  Step,
  Template,
} from "../../fixtures/convex-projects/differential/convex/steps.ts";
import { document, patch } from "./documents.ts";
import { queryFor } from "./queries.ts";
import { schemaSpec, TABLES, type SchemaSpec } from "./schemas.ts";

export type Call =
  | { readonly kind: "query" | "mutation" | "action"; readonly steps: Step[] }
  /** The next page of a session, from the start again once it has ended. */
  | {
      readonly kind: "page";
      readonly session: number;
      readonly numItems: number;
      readonly rows: number | null;
    }
  /** Time passes, and every job that is scheduled runs. */
  | { readonly kind: "finish" }
  /** A page that was read before, up to where it ended then. */
  | { readonly kind: "reread"; readonly session: number; readonly page: number };

export interface Program {
  readonly schema: SchemaSpec;
  readonly sessions: Query[];
  readonly calls: Call[];
}

const table = fc.constantFrom(...TABLES);
/** Where a nested call goes: a function of the app itself, or of its component. */
const where = fc.constantFrom("here" as const, "here" as const, "child" as const);
const errorCode = fc.constantFrom<Template>(null, "CODE", 1, true, [1, "a"], { k: 1 });
const pick: fc.Arbitrary<Pick> = fc.record({ table, n: fc.nat(7) });
/** The table named in `db.get(table, id)`: none, mostly the right one, sometimes another. */
const named = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  { weight: 3, arbitrary: fc.constant("same" as const) },
  { weight: 1, arbitrary: table },
);

const ending: fc.Arbitrary<Ending> = fc.oneof(
  fc.record({ how: fc.constantFrom("collect" as const, "collect", "first", "unique") }),
  fc.record({
    how: fc.constantFrom("take" as const, "walk" as const),
    count: fc.integer({ min: 0, max: 4 }),
  }),
);

function stepsFor(schema: SchemaSpec): { read: fc.Arbitrary<Step[]>; write: fc.Arbitrary<Step[]> } {
  const reads = [
    {
      weight: 16,
      arbitrary: fc.record({ do: fc.constant("query"), query: queryFor(schema), ending }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant("get"), pick, named }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("normalize"), pick, table }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("count"), table }) },
  ];
  const writes = [
    { weight: 5, arbitrary: fc.record({ do: fc.constant("insert"), table, value: document }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("patch"), pick, named, value: patch }) },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant("replace"), pick, named, value: document }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("delete"), pick, named }) },
  ];
  const fail = {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("throw"), code: errorCode }),
  };
  const { read, write } = fc.letrec<{ read: Step[]; write: Step[] }>((tie) => {
    const nest = (kind: "query" | "mutation", steps: fc.Arbitrary<unknown>) => ({
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant("nest"),
        kind: fc.constant(kind),
        where,
        isCaught: fc.constantFrom(true, true, false),
        steps,
      }),
    });
    /** No two at one time: Convex gives them no order. */
    const afterMinutes = fc.noShrink(fc.integer({ min: 1, max: 1_000_000 }));
    const schedule = {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant("schedule"),
        afterMinutes,
        steps: tie("write"),
      }),
    };
    const cancel = {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant("cancel"), n: fc.nat(7) }),
    };
    const read = fc.oneof(...reads, fail, nest("query", tie("read")));
    const write = fc.oneof(
      ...writes,
      ...writes,
      ...reads,
      fail,
      schedule,
      cancel,
      nest("query", tie("read")),
      nest("mutation", tie("write")),
    );
    // Many steps a call: what costs time is the calls.
    const list = (step: fc.Arbitrary<unknown>): fc.Arbitrary<Step[]> =>
      fc.array(step, {
        minLength: 1,
        maxLength: 8,
        size: "max",
        depthIdentifier: "steps",
      }) as fc.Arbitrary<Step[]>;
    return { read: list(read), write: list(write) };
  });
  return {
    read: read.map((steps) => complete(steps)),
    write: write.map((steps) => complete(steps)),
  };
}

/** Puts the table of the document where it is to be named, and keeps what is in the component there. */
function complete(steps: Step[], isInChild = false): Step[] {
  return steps.map((step) => {
    if (step.do === "nest") {
      const where = isInChild ? "here" : step.where; // the component has none of its own
      return { ...step, where, steps: complete(step.steps, isInChild || where === "child") };
    }
    if (step.do === "schedule") return { ...step, steps: complete(step.steps, isInChild) };
    if (!("named" in step) || step.named !== "same") return step;
    return { ...step, named: step.pick.table };
  });
}

function programFor(schema: SchemaSpec): fc.Arbitrary<Program> {
  const { read, write } = stepsFor(schema);
  const nest = fc
    .tuple(fc.constantFrom("query" as const, "mutation" as const), where, fc.boolean(), write)
    .map(([kind, place, isCaught, steps]): Step => {
      const inside = complete(steps, place === "child");
      return { do: "nest", kind, where: place, isCaught, steps: inside };
    });
  const session = fc.nat(1);
  const call: fc.Arbitrary<Call> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("mutation" as const), steps: write }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("query" as const), steps: read }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("action" as const),
        steps: fc.array(nest, { minLength: 1, maxLength: 3 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("page" as const),
        session,
        numItems: fc.integer({ min: 1, max: 4 }),
        rows: fc.option(fc.integer({ min: 1, max: 4 })),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: "finish" as const }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("reread" as const), session, page: fc.nat(3) }),
    },
  );
  const seed = fc.array(fc.record({ do: fc.constant("insert" as const), table, value: document }), {
    minLength: 12,
    maxLength: 20,
    size: "max",
  });
  // A page must ask the same each time, and the creation time of a deleted document cannot be had.
  const pagedQuery = queryFor(schema).filter(({ bounds }) =>
    bounds.every(({ field }) => field !== "_creationTime"),
  );
  return fc.record<Program>({
    schema: fc.constant(schema),
    sessions: fc.tuple(pagedQuery, pagedQuery),
    calls: fc
      .tuple(seed, seed, fc.array(call, { minLength: 1, maxLength: 8, size: "max" }))
      .map(([steps, inChild, calls]) => [
        { kind: "mutation", steps: [...steps, insideChild(inChild)] },
        ...calls,
      ]),
  });
}

function insideChild(steps: Step[]): Step {
  return { do: "nest", kind: "mutation", where: "child", isCaught: false, steps };
}

/** Whole programs, each with a schema of its own. Documents come first, so that queries find some. */
export const program: fc.Arbitrary<Program> = schemaSpec.chain(programFor);
