/**
 * Admits a value: rebuilds it with sorted keys, so that equal values are equal text, and refuses what
 * Convex cannot store. Also measures values as Convex does for its limits. Knows no schema.
 */
import { badRequest, DatabaseError } from "../store/databaseError.ts";
import { MAX_DOCUMENT_BYTES, MAX_DOCUMENT_FIELD_NAME_CHARS, MAX_NESTING } from "./limits.ts";
import { readSpecial, type JSONObject, type JSONValue } from "./jsonValue.ts";
import {
  checkArrayLength,
  checkDepth,
  checkFieldName,
  checkFieldNames,
  checkText,
} from "./valueRules.ts";

/**
 * The object with sorted keys: itself if they are, else a copy. @throws BAD_REQUEST if it is nested too
 * deeply, too long, has a bad field name, or holds `undefined`
 */
export function normalizeObject(object: JSONObject): JSONObject {
  for (const name in object) checkFieldName(name, MAX_DOCUMENT_FIELD_NAME_CHARS);
  return normalizeFields(object, 1);
}

function normalizeValue(value: JSONValue, depth: number): JSONValue {
  if (typeof value === "string") checkText(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    checkDepth(depth, MAX_NESTING);
    checkArrayLength(value.length);
    return value.map((item) => normalizeValue(item, depth + 1));
  }
  const special = readSpecial(value);
  if (special?.kind === "undefined") throw badRequest("undefined is not a valid Convex value");
  return special === undefined ? normalizeFields(value, depth) : value;
}

function normalizeFields(object: JSONObject, depth: number): JSONObject {
  checkDepth(depth, MAX_NESTING);
  const names = Object.keys(object);
  checkFieldNames(names);
  const fields: [string, JSONValue][] = [];
  let isNormal = true;
  let last = "";
  for (const name of names) {
    const value = normalizeValue(object[name] ?? null, depth + 1);
    if (value !== object[name] || name < last) isNormal = false;
    fields.push([name, value]);
    last = name;
  }
  return isNormal ? object : Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
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
      return sizeOfFields(value);
  }
}

function sizeOfFields(object: JSONObject): number {
  let size = 2;
  for (const name in object) size += name.length + 1 + sizeOf(object[name] ?? null);
  return size;
}

/** The size in bytes of a document that may be stored. @throws LIMIT_EXCEEDED */
export function storableSize(document: JSONObject): number {
  const size = sizeOf(document);
  if (size <= MAX_DOCUMENT_BYTES) return size;
  throw new DatabaseError(
    "LIMIT_EXCEEDED",
    `Value is too large (${size} bytes > maximum size ${MAX_DOCUMENT_BYTES} bytes)`,
  );
}
