/** Checks arguments and results, which are handed on as they are, against the rules for all values. */
import { badRequest } from "../store/databaseError.ts";
import { isObject, readSpecial, type JSONValue } from "./jsonValue.ts";
import { checkArrayLength, checkDepth, checkFieldNames, checkText } from "./valueRules.ts";

/**
 * @param maxNesting arrays and objects around the innermost value
 * @throws BAD_REQUEST saying which rule it breaks
 */
export function checkValue(value: JSONValue, maxNesting: number): void {
  walk(value, 1, maxNesting);
}

function walk(value: JSONValue, depth: number, maxNesting: number): void {
  if (typeof value === "string") checkText(value);
  if (typeof value !== "object" || value === null) return;
  const special = isObject(value) ? readSpecial(value) : undefined;
  if (special?.kind === "undefined") throw badRequest("undefined is not a valid Convex value");
  if (special !== undefined) return;
  checkDepth(depth, maxNesting);
  if (Array.isArray(value)) checkArrayLength(value.length);
  else checkFieldNames(Object.keys(value));
  for (const inner of Object.values(value)) walk(inner ?? null, depth + 1, maxNesting);
}
