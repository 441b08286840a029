/**
 * Exact nearest neighbours by cosine at a snapshot: every vector of the index is looked at, so the
 * answer is never approximate. Vectors are stored at unit length, which makes the cosine a product.
 */
import { badRequest } from "../store/databaseError.ts";
import type { Index } from "../store/catalog.ts";
import type { VersionStore } from "../store/versionStore.ts";
import type { VectorIndexDefinition } from "../schema/schema.ts";
import type { ExpressionJson } from "../transaction/queryJson.ts";
import type { VectorMatch } from "../transaction/transaction.ts";
import { isObject, type JSONValue, type StoredDocument } from "../values/jsonValue.ts";
import { filterToken } from "./filterToken.ts";

const MAX_VECTOR_RESULTS = 256;
const MAX_VECTOR_FILTERS = 64;

export interface VectorQuery {
  store: VersionStore;
  index: Index;
  definition: VectorIndexDefinition;
  vector: readonly number[];
  limit: number;
  filter: ExpressionJson;
  ts: number;
}

/** Best first; at most `limit`. @throws BAD_REQUEST on a wrong vector, limit or filter */
export function searchVectors(query: VectorQuery): VectorMatch[] {
  const { store, index, definition, limit, ts } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_VECTOR_RESULTS) {
    throw badRequest(`Vector queries have a limit of 1 to ${MAX_VECTOR_RESULTS}, not ${limit}.`);
  }
  const target = toUnitVector([...query.vector], definition.dimensions);
  if (target === null) {
    throw badRequest(
      `The vector has ${query.vector.length} dimensions; index ${definition.name} wants ${definition.dimensions} numbers.`,
    );
  }
  const wanted = wantedTokens(definition, query.filter);
  const rows = store
    .prepare(
      `SELECT v.version, v.filters, v.vector FROM vectors v JOIN documents d ON d.version = v.version
       WHERE v.index_number = ? AND d.from_ts <= ? AND d.to_ts > ?`,
    )
    .iterate(index.number, ts, ts);
  const best: { version: number; score: number }[] = [];
  for (const row of rows) {
    if (wanted !== null && !wanted.some((token) => (row["filters"] as string).includes(token))) {
      continue;
    }
    keepBest(best, limit, row["version"] as number, dot(target, row["vector"] as Uint8Array));
  }
  return best.map(({ version, score }) => ({ _id: idOf(store, version), _score: score }));
}

/** null unless the value is a list of that many finite numbers. A zero vector stays zero. */
export function toUnitVector(
  value: JSONValue | undefined,
  dimensions: number,
): Float32Array<ArrayBuffer> | null {
  if (!Array.isArray(value) || value.length !== dimensions) return null;
  let squares = 0;
  for (const item of value) {
    if (typeof item !== "number" || !Number.isFinite(item)) return null;
    squares += item * item;
  }
  const length = Math.sqrt(squares) || 1;
  return Float32Array.from(value as number[], (item) => item / length);
}

function dot(target: Float32Array, bytes: Uint8Array): number {
  const isAligned = bytes.byteOffset % 4 === 0;
  const vector = isAligned
    ? new Float32Array(bytes.buffer, bytes.byteOffset, target.length)
    : new Float32Array(bytes.slice().buffer);
  let sum = 0;
  for (let i = 0; i < target.length; i++) sum += (target[i] ?? 0) * (vector[i] ?? 0);
  return sum;
}

/** `best` stays sorted, best first. */
function keepBest(
  best: { version: number; score: number }[],
  limit: number,
  version: number,
  score: number,
): void {
  const worst = best.at(-1);
  if (best.length === limit && worst !== undefined && score <= worst.score) return;
  let position = best.length;
  while (position > 0 && (best[position - 1]?.score ?? 0) < score) position--;
  best.splice(position, 0, { version, score });
  if (best.length > limit) best.pop();
}

function idOf(store: VersionStore, version: number): string {
  const row = store.prepare("SELECT value FROM documents WHERE version = ?").get(version);
  return (JSON.parse(row?.["value"] as string) as StoredDocument)._id;
}

/** The filter words of which a document must have one; null without a filter. */
function wantedTokens(definition: VectorIndexDefinition, filter: ExpressionJson): string[] | null {
  if (filter === null) return null;
  const tokens = [...alternatives(definition, filter)];
  if (tokens.length > MAX_VECTOR_FILTERS) {
    throw badRequest(`A vector filter may have ${MAX_VECTOR_FILTERS} conditions.`);
  }
  return tokens;
}

function* alternatives(
  definition: VectorIndexDefinition,
  filter: ExpressionJson,
): Generator<string> {
  if (isObject(filter) && Array.isArray(filter["$or"])) {
    for (const item of filter["$or"]) yield* alternatives(definition, item);
    return;
  }
  const pair = isObject(filter) ? filter["$eq"] : undefined;
  const [field, literal] = Array.isArray(pair) ? pair : [];
  if (!isObject(field) || !isObject(literal) || !("$literal" in literal)) {
    throw badRequest("A vector filter is q.eq(field, value), or q.or of such.");
  }
  const path = JSON.stringify(field["$field"]);
  const position = definition.filterFields.findIndex((name) => JSON.stringify(name) === path);
  if (position === -1) {
    throw badRequest(`${path} is not a filter field of vector index ${definition.name}.`);
  }
  yield filterToken(position, literal["$literal"]);
}
