/**
 * Filter fields of text and vector indexes: each (field, value) pair becomes one short word, which is
 * what the indexes store and match and what read sets are made of.
 */
import { createHash } from "node:crypto";
import { fieldAt, type JSONObject, type JSONValue } from "../values/jsonValue.ts";
import { encodeKey } from "../values/keyEncoding.ts";

/** Lower-case letters and digits only, so that every tokenizer leaves it whole. */
export function filterToken(position: number, value: JSONValue | undefined): string {
  const digest = createHash("sha256").update(encodeKey(value), "latin1").digest("hex");
  return `f${position}x${digest.slice(0, 32)}`;
}

/** The words of one document. */
export function documentTokens(filterFields: readonly string[], document: JSONObject): string[] {
  return filterFields.map((path, position) =>
    filterToken(position, fieldAt(document, path.split("."))),
  );
}
