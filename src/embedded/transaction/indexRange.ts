/** Turns the bounds of `withIndex` into one interval of keys, checking that they fit the index. */
import { badRequest } from "../store/databaseError.ts";
import type { Index } from "../store/catalog.ts";
import { encodeKey, prefixEnd, type Key } from "../values/keyEncoding.ts";
import type { RangeBound } from "./queryJson.ts";

/**
 * Equalities on the index's first fields in order, then at most one lower and one upper bound on the
 * next. @throws BAD_REQUEST otherwise
 */
export function indexRange(
  indexName: string,
  index: Index,
  bounds: readonly RangeBound[],
): { start: Key; end: Key } {
  const fields = index.keyPaths.map((path) => path.join("."));
  const equalities = leadingEqualities(bounds);
  let prefix = "";
  equalities.forEach((bound, position) => {
    if (bound.fieldPath !== fields[position]) throw wrongField(indexName, fields, bound);
    prefix += encodeKey(bound.value);
  });
  const range = { start: prefix, end: prefixEnd(prefix) };
  const bounded = new Set<"start" | "end">();
  for (const bound of bounds.slice(equalities.length)) {
    if (bound.type === "Eq" || bound.fieldPath !== fields[equalities.length]) {
      throw wrongField(indexName, fields, bound);
    }
    const side = bound.type === "Gt" || bound.type === "Gte" ? "start" : "end";
    if (bounded.has(side)) {
      throw badRequest(`The index range for ${indexName} bounds \`${bound.fieldPath}\` twice.`);
    }
    bounded.add(side);
    range[side] = edge(prefix, bound);
  }
  return range.end < range.start ? { start: range.start, end: range.start } : range;
}

function leadingEqualities(bounds: readonly RangeBound[]): readonly RangeBound[] {
  const count = bounds.findIndex((bound) => bound.type !== "Eq");
  return count === -1 ? bounds : bounds.slice(0, count);
}

/** Keys that hold the bound's value go on after it, so "beyond the value" is beyond its prefix. */
function edge(prefix: Key, bound: RangeBound): Key {
  const key = prefix + encodeKey(bound.value);
  return bound.type === "Gt" || bound.type === "Lte" ? prefixEnd(key) : key;
}

function wrongField(indexName: string, fields: readonly string[], bound: RangeBound): Error {
  return badRequest(
    `The index range on \`${bound.fieldPath}\` does not follow the fields of index ${indexName}, ` +
      `which are [${fields.join(", ")}]: first equalities in that order, then at most one lower and ` +
      `one upper bound on the next field.`,
  );
}
