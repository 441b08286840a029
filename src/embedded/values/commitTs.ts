/** Fills in the commit's timestamp where a document says "the time this is committed". */
import { int64ToJson, isObject, readSpecial, type JSONValue } from "./jsonValue.ts";

const NANOSECONDS_PER_TICK = 1000n; // of the engine's clock, which counts microseconds

/**
 * The same value if it has no such place.
 * @param ts microseconds since the epoch; documents get nanoseconds, as int64
 */
export function resolveCommitTs<V extends JSONValue>(value: V, ts: number): V {
  return (
    holdsCommitTs(value) ? resolve(value, int64ToJson(BigInt(ts) * NANOSECONDS_PER_TICK)) : value
  ) as V;
}

function holdsCommitTs(value: JSONValue): boolean {
  if (Array.isArray(value)) return value.some(holdsCommitTs);
  if (!isObject(value)) return false;
  return "$commitTs" in value || Object.values(value).some(holdsCommitTs);
}

function resolve(value: JSONValue, timestamp: JSONValue): JSONValue {
  if (Array.isArray(value)) return value.map((item) => resolve(item, timestamp));
  if (!isObject(value)) return value;
  if (readSpecial(value)?.kind === "commitTs") return timestamp;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, resolve(field, timestamp)]),
  );
}
