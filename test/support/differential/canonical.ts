/**
 * Brings what either side answered to one form: ids by the order of their making, creation times left
 * out, errors by what they are about rather than by their wording, fields sorted.
 */
import { convexToJson, type JSONValue } from "convex/values";
import type { Made } from "../../fixtures/convex-projects/differential/convex/steps.ts";
import type { Outcome } from "./side.ts";

/** What an error is about: the wording of `convex-test` and of the engine for the same thing. */
const ERRORS: readonly [about: string, wording: RegExp][] = [
  ["nonexistent", /non-?existent doc|no scheduled function with the id/i],
  [
    "not an id",
    /Unable to decode ID|expected ID value but got|of table \w+, not of|expected ID in table/,
  ],
  [
    "schema",
    /does not match the schema|Validator error|Cannot convert undefined or null to object/,
  ],
  ["index range", /does not follow the fields of index|bounds `.*` twice|in `withIndex`/],
  ["unknown index", /Index .* not found|Cannot use index/],
  ["unique", /unique\(\) query returned more than one result/],
];

export function categoryOf(message: string): string {
  const known = ERRORS.find(([, wording]) => wording.test(message))?.[0];
  return known ?? message.replace(/^\[Request ID: .*\n/, "").replace(/\n {4}at [^]*$/, "");
}

/** Names of ids. Those of the component are apart: in `convex-test` they are the same texts as the app's. */
interface Names {
  readonly own: ReadonlyMap<string, string>;
  readonly child: ReadonlyMap<string, string>;
  /** Ids of documents that a job made and deleted again, in the order in which they are seen. */
  readonly gone: Map<string, string>;
}

/** Of either side. No text of a program is as long. */
const ID = /^[0-9a-z]{31,37}$/;

/** Text that is equal for equal outcomes. */
export function canonicalOutcome(outcome: Outcome, made: Made): string {
  const names = {
    own: namesOf(made.own, "#"),
    child: namesOf(made.child, "#child/"),
    gone: new Map<string, string>(),
  };
  const form =
    outcome.kind === "returned"
      ? { returned: canonical(convexToJson(outcome.value), names) }
      : outcome.data === null
        ? { threw: categoryOf(outcome.message) }
        : { threw: "ConvexError", data: canonical(convexToJson(outcome.data), names) };
  return JSON.stringify(form, null, 1);
}

function namesOf(made: Made["own"], prefix: string): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(made).flatMap(([table, ids]) =>
      ids.map((id, n): [string, string] => [id, `${prefix}${table}${n}`]),
    ),
  );
}

function nameOfGone(text: string, gone: Map<string, string>): string {
  if (!ID.test(text)) return text;
  const name = gone.get(text) ?? `#gone${gone.size}`;
  gone.set(text, name);
  return name;
}

function canonical(value: JSONValue, names: Names): JSONValue {
  if (typeof value === "string") return names.own.get(value) ?? nameOfGone(value, names.gone);
  if (Array.isArray(value)) return value.map((item) => canonical(item, names));
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).map(([field, item]): [string, JSONValue] => {
    if (field === "_creationTime") return [field, null];
    if (field === "error" && typeof item === "string") return [field, categoryOf(item)];
    const inside =
      field === "child" ? { ...names, own: names.child, child: new Map<string, string>() } : names;
    return [field, canonical(item, inside)];
  });
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}
