/**
 * Generates documents and changes of documents. Values come from small sets, so that documents collide,
 * bounds hit and filters split; most fit the schema and some do not.
 */
import fc from "fast-check";
import type { Template } from "../../fixtures/convex-projects/differential/convex/steps.ts";

/** Every field that documents have, with values that fit and one kind that does not. */
export const FIELDS = {
  n: fc.constantFrom<Template>(-1, 0, 1, 2, 2.5, 1e21),
  s: fc.constantFrom<Template>("", "a", "A", "b", "é", "\u{1F600}", "\uFFFD"),
  o: fc.constantFrom<Template>(0, 1, -0, Infinity, -Infinity, NaN),
  u: fc.constantFrom<Template>(null, 0n, 1n, -1n, 2n ** 62n),
  x: fc.oneof(
    fc.constantFrom<Template>(null, true, false, 1, 1n, "a", "é", -0, NaN),
    fc.constantFrom<Template>([], [1], [1, "a"], [[1]], {}, { k: 1 }, { k: 1, l: null }),
    fc.uint8Array({ maxLength: 2 }).map((bytes) => new Uint8Array(bytes).buffer as Template),
  ),
  d: fc.record(
    { k: fc.constantFrom<Template>(0, 1, 2), l: fc.constantFrom<Template>("", "a") },
    { requiredKeys: ["k"], noNullPrototype: true },
  ),
  r: fc.nat(5).map((n): Template => ({ "@ref": n })),
} as const satisfies Record<string, fc.Arbitrary<Template>>;

const REQUIRED = ["n", "s"] as const;
/** `n` is a number in every document (README.md: filters between different types). */
const CHANGEABLE = ["s", "o", "u", "x", "d", "r"] as const;
export const misfit = fc.constantFrom<Template>("misfit", 7, null, [1], { k: "k" }, 3n);
export const missing: Template = { "@missing": true };

/** Mostly what fits the schema; else with one field that may not. */
function fieldsOf(canMiss: boolean): fc.Arbitrary<Template> {
  const fitting = fc.record(FIELDS, { requiredKeys: [...REQUIRED], noNullPrototype: true });
  const one = { minKeys: 1, maxKeys: 1, noNullPrototype: true };
  const wrong = fc.dictionary(fc.constantFrom(...CHANGEABLE, "extra"), misfit, one);
  const gone = fc.dictionary(fc.constantFrom(...CHANGEABLE), fc.constant(missing), one);
  return fc
    .tuple(
      fitting,
      fc.oneof(
        { weight: 12, arbitrary: fc.constant({}) },
        { weight: 2, arbitrary: wrong },
        { weight: canMiss ? 2 : 0, arbitrary: gone },
      ),
    )
    .map(([fields, change]) => ({ ...fields, ...change }));
}

export const document = fieldsOf(false);
export const patch = fc.oneof(
  fc.record(
    { ...FIELDS, o: fc.oneof(FIELDS.o, fc.constant(missing)) },
    { requiredKeys: [], noNullPrototype: true },
  ),
  fc.dictionary(fc.constantFrom(...CHANGEABLE), fc.constant(missing), {
    minKeys: 1,
    maxKeys: 2,
    noNullPrototype: true,
  }),
  fieldsOf(true),
) as fc.Arbitrary<Template>;
