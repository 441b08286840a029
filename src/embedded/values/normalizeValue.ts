/**
 * Admits a value: rebuilds it with sorted keys, so that equal values are equal text, and refuses what
 * Convex cannot store. Also measures values as Convex does for its limits. Knows no schema.
 */
import { badRequest } from "../store/databaseError.ts";
import {
  MAX_ARRAY_LENGTH,
  MAX_FIELD_NAME_CHARS,
  MAX_NESTING,
  MAX_OBJECT_FIELDS,
} from "./limits.ts";
import { readSpecial, type JSONObject, type JSONValue } from "./jsonValue.ts";

const FIELD_NAME = /^[\x20-\x7e]*$/;

/**
 * A copy with sorted keys. @throws BAD_REQUEST if it is nested too deeply, too long, has a bad field
 * name, or holds `undefined`
 */
export function normalizeObject(object: JSONObject): JSONObject {
  return normalizeFields(object, 1);
}

function normalizeValue(value: JSONValue, depth: number): JSONValue {
  if (typeof value !== "object" || value === null) return value;
  if (depth > MAX_NESTING) {
    throw badRequest(`Value is too nested (maximum nesting is ${MAX_NESTING})`);
  }
  if (Array.isArray(value)) {
    if (value.length > MAX_ARRAY_LENGTH) {
      throw badRequest(`Array length is too long (${value.length} > maximum ${MAX_ARRAY_LENGTH})`);
    }
    return value.map((item) => normalizeValue(item, depth + 1));
  }
  const special = readSpecial(value);
  if (special === undefined) return normalizeFields(value, depth);
  if (special.kind === "undefined") throw badRequest("undefined is not a valid Convex value");
  return value;
}

function normalizeFields(object: JSONObject, depth: number): JSONObject {
  const names = Object.keys(object).sort();
  if (names.length > MAX_OBJECT_FIELDS) {
    throw badRequest(
      `Object has too many fields (${names.length} > maximum number ${MAX_OBJECT_FIELDS})`,
    );
  }
  return Object.fromEntries(
    names.map((name) => {
      checkFieldName(name);
      return [name, normalizeValue(object[name] ?? null, depth + 1)];
    }),
  );
}

function checkFieldName(name: string): void {
  if (name.startsWith("$")) {
    throw badRequest(`Field name ${name} starts with '$', which is reserved.`);
  }
  if (name.length > MAX_FIELD_NAME_CHARS) {
    throw badRequest(`Field name is too long (${name.length} > maximum ${MAX_FIELD_NAME_CHARS})`);
  }
  if (!FIELD_NAME.test(name)) {
    throw badRequest(`Field name ${name} has invalid characters: only ASCII 32 to 126 may be used`);
  }
}

/** Bytes that Convex counts for a value. */
export function sizeOf(value: JSONValue): number {
  switch (typeof value) {
    case "string":
      return 2 + Buffer.byteLength(value);
    case "number":
      return 9;
    case "boolean":
      return 1;
    default:
      return value === null ? 1 : sizeOfComposite(value);
  }
}

function sizeOfComposite(value: JSONValue[] | JSONObject): number {
  if (Array.isArray(value)) return value.reduce<number>((size, item) => size + sizeOf(item), 2);
  const special = readSpecial(value);
  switch (special?.kind) {
    case "int64":
    case "float64":
    case "commitTs":
      return 9;
    case "bytes":
      return 2 + special.value.length;
    case "undefined":
      return 0;
    case undefined:
      return Object.entries(value).reduce(
        (size, [name, field]) => size + name.length + 1 + sizeOf(field),
        2,
      );
  }
}
