/** Generates queries that a schema allows, and now and then one whose bounds do not follow the index. */
import fc from "fast-check";
import type {
  Bound,
  Expression,
  Query,
  Template,
} from "../../fixtures/convex-projects/differential/convex/steps.ts";
import { FIELDS, misfit, missing } from "./documents.ts";
import { indexName, TABLES, type SchemaSpec } from "./schemas.ts";

function boundValue(field: string): fc.Arbitrary<Template> {
  if (field === "_creationTime") return fc.nat(5).map((n): Template => ({ "@time": n }));
  if (field === "_id") return FIELDS.r;
  const [root = field, inner] = field.split(".");
  const ofField =
    inner === undefined
      ? FIELDS[root as keyof typeof FIELDS]
      : fc.constantFrom<Template>(0, 1, 2, "", "a");
  if (field === "r") return ofField;
  return fc.oneof(
    { weight: 6, arbitrary: ofField },
    { weight: 1, arbitrary: fc.constantFrom<Template>(missing, null, "misfit", 7, 3n, true) },
  );
}

function boundsFor(fields: readonly string[]): fc.Arbitrary<Bound[]> {
  const eq = (field: string): fc.Arbitrary<Bound> =>
    fc.record({ type: fc.constant("eq"), field: fc.constant(field), value: boundValue(field) });
  const side = (field: string, types: readonly ["gt", "gte"] | readonly ["lt", "lte"]) =>
    fc.record<Bound>({
      type: fc.constantFrom<Bound["type"]>(...types),
      field: fc.constant(field),
      value: boundValue(field),
    });
  return fc.nat(fields.length).chain((count) => {
    const next = fields[count];
    const equalities = fc.tuple(...fields.slice(0, count).map(eq));
    if (next === undefined || next === "_id") return equalities;
    const lower = fc.option(side(next, ["gt", "gte"]), { nil: undefined });
    const upper = fc.option(side(next, ["lt", "lte"]), { nil: undefined });
    return fc
      .tuple(equalities, lower, upper, fc.boolean())
      .map(([first, low, high, isLowFirst]) => {
        const range = (isLowFirst ? [low, high] : [high, low]).filter(
          (bound) => bound !== undefined,
        );
        return [...first, ...range];
      });
  });
}

const typed = fc.constantFrom<Expression>({ op: "field", path: "n" });
const number = FIELDS.n.map((value): Expression => ({ op: "value", value }));
/** Neither divides by zero nor compares with it: NaN and -0 have an order in Convex, none in JavaScript. */
const nonzero = fc.constantFrom(-1, 1, 2, 2.5).map((value): Expression => ({ op: "value", value }));
const sum: fc.Arbitrary<Expression> = fc.record({
  op: fc.constantFrom("add", "sub", "mul", "div", "mod"),
  left: typed,
  right: nonzero,
});
const order = fc.constantFrom("gt" as const, "gte", "lt", "lte");
const comparison: fc.Arbitrary<Expression> = fc.oneof(
  fc.record({ op: order, left: typed, right: number }),
  fc.record({ op: order, left: sum, right: nonzero }),
  fc.constantFrom(...Object.keys(FIELDS), "d.k", "d.l", "s.no", "_id").chain((path) =>
    fc.record<Expression & { op: "eq" | "neq" }>({
      op: fc.constantFrom("eq", "neq"),
      left: fc.constant<Expression>({ op: "field", path }),
      right: (path === "r" || path === "_id"
        ? FIELDS.x
        : fc.oneof(boundValue(path.split(".")[0] ?? path), misfit)
      ).map((value): Expression => ({ op: "value", value })),
    }),
  ),
);
const expression: fc.Arbitrary<Expression> = fc.oneof(
  { weight: 4, arbitrary: comparison },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constantFrom("and" as const, "or" as const),
      all: fc.array(comparison, { maxLength: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("not" as const), inner: comparison }) },
);

export function queryFor(schema: SchemaSpec): fc.Arbitrary<Query> {
  return fc.constantFrom(...TABLES).chain((name) => {
    const own = name === "loose" ? [] : schema.tables[name].indexes;
    const indexes: [string | null, readonly string[]][] = [
      [null, []],
      ["by_creation_time", ["_creationTime", "_id"]],
      ["by_id", ["_id"]],
      ...[...own, ...own, ...own].map((fields): [string, string[]] => [
        indexName(fields),
        [...fields, "_creationTime", "_id"],
      ]),
    ];
    return fc.constantFrom(...indexes).chain(([index, fields]) => {
      const fitting = boundsFor(fields);
      const shuffled = boundsFor(fields.toReversed());
      return fc.record<Query>({
        table: fc.constant(name),
        index: fc.constant(index),
        bounds:
          index === null
            ? fc.constant([])
            : fc.oneof({ weight: 9, arbitrary: fitting }, { weight: 1, arbitrary: shuffled }),
        order: fc.constantFrom("asc", "desc", null),
        filters: fc.oneof(
          { weight: 2, arbitrary: fc.constant<Expression[]>([]) }, // what filters leave out hides what bounds do
          { weight: 1, arbitrary: fc.array(expression, { minLength: 1, maxLength: 2 }) },
        ),
      });
    });
  });
}
