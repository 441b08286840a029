/**
 * Turns Convex values into index keys: byte strings whose order is the order of the values
 * (undefined < null < int64 < float64 < boolean < string < bytes < array < object) and of which none
 * is a prefix of another, so that the key of a tuple is its parts joined. A key is a JS string with one
 * char (0-255) per byte: it compares with `<`, hashes as a Map key, and joins with `+`.
 *
 * Every value starts with a tag above zero and a list ends with a zero, so a shorter list comes first.
 * In strings and bytes 0 is written 1 1 and 1 is written 1 2, which frees 0 to be the terminator.
 */
import { readSpecial, type JSONValue } from "./jsonValue.ts";

export type Key = string;

const TAG = {
  undefined: "\x01",
  null: "\x02",
  int64: "\x03",
  float64: "\x04",
  false: "\x05",
  true: "\x06",
  string: "\x07",
  bytes: "\x08",
  array: "\x09",
  object: "\x0a",
} as const;
const END = "\0";

/** Above every key. */
export const LAST_KEY: Key = "\xff";

const scratch = Buffer.alloc(8);

/** The key of one value in its JSON form; `undefined` is a missing field. */
export function encodeKey(value: JSONValue | undefined): Key {
  switch (typeof value) {
    case "undefined":
      return TAG.undefined;
    case "string":
      return TAG.string + escapeString(value) + END;
    case "number":
      return encodeFloat(value);
    case "boolean":
      return value ? TAG.true : TAG.false;
    default:
      return value === null ? TAG.null : encodeComposite(value);
  }
}

/** The key of several values, compared one after the other. */
export function encodeTuple(values: readonly (JSONValue | undefined)[]): Key {
  let key = "";
  for (const value of values) key += encodeKey(value);
  return key;
}

/** The smallest key above every key that starts with the prefix. */
export function prefixEnd(prefix: Key): Key {
  let length = prefix.length;
  while (length > 0 && prefix.charCodeAt(length - 1) === 0xff) length--;
  if (length === 0) return LAST_KEY;
  return prefix.slice(0, length - 1) + String.fromCharCode(prefix.charCodeAt(length - 1) + 1);
}

/** The smallest key above this one. */
export function successor(key: Key): Key {
  return key + "\0";
}

export function keyToBytes(key: Key): Buffer {
  return Buffer.from(key, "latin1");
}

export function keyFromBytes(bytes: Uint8Array): Key {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

function encodeComposite(value: JSONValue[] | Record<string, JSONValue>): Key {
  if (Array.isArray(value)) return TAG.array + encodeTuple(value) + END;
  const special = readSpecial(value);
  switch (special?.kind) {
    case "int64":
      return encodeInt64(special.value);
    case "float64":
      return encodeFloat(special.value);
    case "bytes":
      return TAG.bytes + escapeBytes(special.value.toString("latin1")) + END;
    case "undefined":
      return TAG.undefined;
    case "commitTs": // unresolved: sorts as the largest int64
      return encodeInt64(0x7fff_ffff_ffff_ffffn);
    case undefined:
      return TAG.object + encodeFields(value) + END;
  }
}

function encodeFields(object: Record<string, JSONValue>): Key {
  let key = "";
  for (const name of Object.keys(object).sort()) key += encodeKey(name) + encodeKey(object[name]);
  return key;
}

function encodeInt64(value: bigint): Key {
  scratch.writeBigInt64BE(value);
  scratch[0] = (scratch[0] ?? 0) ^ 0x80; // negative numbers first
  return TAG.int64 + scratch.toString("latin1");
}

function encodeFloat(value: number): Key {
  scratch.writeDoubleBE(value);
  const first = scratch[0] ?? 0;
  if (first < 0x80) {
    scratch[0] = first ^ 0x80;
  } else {
    for (let i = 0; i < 8; i++) scratch[i] = ~(scratch[i] ?? 0); // larger magnitude is smaller
  }
  return TAG.float64 + scratch.toString("latin1");
}

const NOT_PLAIN = /[^\x02-\x7f]/;

function escapeString(text: string): Key {
  if (!NOT_PLAIN.test(text)) return text;
  return escapeBytes(Buffer.from(text, "utf8").toString("latin1"));
}

function escapeBytes(bytes: string): Key {
  return bytes.replace(/[\x00\x01]/g, (byte) => (byte === "\0" ? "\x01\x01" : "\x01\x02"));
}
