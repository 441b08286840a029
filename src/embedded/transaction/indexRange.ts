/** Turns the bounds of `withIndex` into one interval of keys, checking that they fit the index. */
import { badRequest } from "../store/databaseError.ts";
import type { Index } from "../store/catalog.ts";
import { encodeKey, prefixEnd, type Key } from "../values/keyEncoding.ts";
import type { JSONValue } from "../values/jsonValue.ts";
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
  let prefix = "";
  let position = 0;
  for (; bounds[position]?.type === "Eq"; position++) {
    const bound = bounds[position] as RangeBound;
    if (bound.fieldPath !== fields[position]) throw wrongField(indexName, fields, bound);
    prefix += encodeKey(bound.value as JSONValue | undefined);
  }
  let start = prefix;
  let end = prefixEnd(prefix);
  const seen = new Set<"lower" | "upper">();
  for (const bound of bounds.slice(position)) {
    if (bound.type === "Eq" || bound.fieldPath !== fields[position]) {
      throw wrongField(indexName, fields, bound);
    }
    const side = bound.type === "Gt" || bound.type === "Gte" ? "lower" : "upper";
    if (seen.has(side)) {
      throw badRequest(
        `Index range for ${indexName} has two ${side} bounds on \`${bound.fieldPath}\`.`,
      );
    }
    seen.add(side);
    const key = prefix + encodeKey(bound.value);
    const edge = bound.type === "Gt" || bound.type === "Lte" ? prefixEnd(key) : key;
    if (side === "lower") start = edge;
    else end = edge;
  }
  return { start, end: end < start ? start : end };
}

function wrongField(indexName: string, fields: readonly string[], bound: RangeBound): Error {
  return badRequest(
    `The index range on \`${bound.fieldPath}\` does not follow the fields of index ${indexName}, ` +
      `which are [${fields.join(", ")}]: first equalities in that order, then at most one lower and ` +
      `one upper bound on the next field.`,
  );
}
