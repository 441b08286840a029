/**
 * The lossy `json` format of the HTTP API: Convex values as the JSON that a person would write. int64
 * becomes a decimal string, bytes a base64 string, NaN and the infinities their names.
 */
import { jsonToConvex, type JSONValue, type Value } from "convex/values";

export function cleanJson(encoded: JSONValue): JSONValue {
  return clean(jsonToConvex(encoded));
}

function clean(value: Value): JSONValue {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => [field, clean(inner as Value)]),
  );
}
