/**
 * The JSON form of Convex values: how documents and arguments travel and how documents are stored.
 * int64, bytes and the floats JSON cannot say are objects with one `$…` key. Knows no schema and no
 * limits.
 */
import type { JSONValue } from "convex/values";

export type { JSONValue };
export type JSONObject = Record<string, JSONValue>;

/** A stored document always has its two system fields. */
export type StoredDocument = JSONObject & { _id: string; _creationTime: number };

/** What an object with one `$…` key stands for. */
export type SpecialValue =
  | { kind: "int64"; value: bigint }
  | { kind: "float64"; value: number }
  | { kind: "bytes"; value: Buffer }
  | { kind: "undefined" }
  | { kind: "commitTs" };

export function isObject(value: JSONValue | undefined): value is JSONObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The value behind a `$…` object; undefined for an ordinary object. One whose contents are malformed counts
 * as ordinary, and its name is then refused like that of any field that begins with `$`.
 */
export function readSpecial(object: JSONObject): SpecialValue | undefined {
  let only: string | undefined;
  for (const name in object) {
    if (only !== undefined) return undefined;
    only = name;
  }
  if (only?.startsWith("$") !== true) return undefined;
  switch (only) {
    case "$integer":
    case "$float":
    case "$bytes":
      return readBinary(only, object[only]);
    case "$undefined":
      return { kind: "undefined" };
    case "$commitTs":
      return { kind: "commitTs" };
    default:
      return undefined;
  }
}

/** The JSON form of an int64. */
export function int64ToJson(value: bigint): JSONObject {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return { $integer: bytes.toString("base64") };
}

/** The value at a path such as "profile.name"; undefined when missing. */
export function fieldAt(document: JSONObject, path: readonly string[]): JSONValue | undefined {
  let value: JSONValue | undefined = document;
  for (const name of path) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

const NUMBER_BYTES = 8;

function readBinary(
  name: "$integer" | "$float" | "$bytes",
  base64: JSONValue | undefined,
): SpecialValue | undefined {
  if (typeof base64 !== "string") return undefined;
  const bytes = Buffer.from(base64, "base64");
  if (name === "$bytes") return { kind: "bytes", value: bytes };
  if (bytes.length !== NUMBER_BYTES) return undefined;
  return name === "$integer"
    ? { kind: "int64", value: bytes.readBigInt64LE() }
    : { kind: "float64", value: bytes.readDoubleLE() };
}
