/**
 * Convex's limits on the indexes of one table. Its documentation says 32 database indexes; Convex itself
 * accepts 64 indexes of all kinds, and so do we, lest a project that runs there be refused here.
 */
import { badRequest } from "../store/databaseError.ts";
import { isIdentifier } from "./identifier.ts";

const MAX_INDEXES = 64;
const MAX_SEARCH_INDEXES = 4;
const MAX_VECTOR_INDEXES = 4;
const MAX_FIELDS = 16;
const MAX_FILTER_FIELDS = 16;
const MIN_DIMENSIONS = 2;
const MAX_DIMENSIONS = 4_096;
const RESERVED = new Set(["by_id", "by_creation_time"]);

/** What the rules look at. */
type CheckedIndex = { readonly name: string } & (
  | { readonly kind: "db"; readonly fields: readonly string[] }
  | { readonly kind: "search"; readonly filterFields: readonly string[] }
  | {
      readonly kind: "vector";
      readonly filterFields: readonly string[];
      readonly dimensions: number;
    }
);

/** @throws BAD_REQUEST naming the index, or the table that has too many */
export function checkIndexes(table: string, indexes: readonly CheckedIndex[]): void {
  const names = new Set<string>();
  for (const index of indexes) {
    const where = `Index "${table}.${index.name}"`;
    if (!isIdentifier(index.name) || RESERVED.has(index.name)) {
      throw badRequest(`${where} has an invalid or reserved name.`);
    }
    if (names.has(index.name)) throw badRequest(`${where} is defined twice.`);
    names.add(index.name);
    checkIndex(where, index);
  }
  const count = (kind: CheckedIndex["kind"]) => indexes.filter((one) => one.kind === kind).length;
  checkCount(table, "indexes", indexes.length, MAX_INDEXES);
  checkCount(table, "search indexes", count("search"), MAX_SEARCH_INDEXES);
  checkCount(table, "vector indexes", count("vector"), MAX_VECTOR_INDEXES);
}

function checkCount(table: string, what: string, count: number, limit: number): void {
  if (count > limit) throw badRequest(`Table "${table}" has more than ${limit} ${what}.`);
}

function checkIndex(where: string, index: CheckedIndex): void {
  if (index.kind === "db") {
    checkFields(where, index.fields);
    return;
  }
  if (index.filterFields.length > MAX_FILTER_FIELDS) {
    throw badRequest(`${where} must have at most ${MAX_FILTER_FIELDS} filter fields.`);
  }
  if (index.kind === "search") return;
  const { dimensions } = index;
  if (!Number.isInteger(dimensions) || dimensions < MIN_DIMENSIONS || dimensions > MAX_DIMENSIONS) {
    throw badRequest(
      `${where} must have ${MIN_DIMENSIONS} to ${MAX_DIMENSIONS} dimensions, not ${dimensions}.`,
    );
  }
}

function checkFields(where: string, fields: readonly string[]): void {
  if (fields.length === 0 || fields.length > MAX_FIELDS) {
    throw badRequest(`${where} must have 1 to ${MAX_FIELDS} fields.`);
  }
  if (new Set(fields).size < fields.length) throw badRequest(`${where} names a field twice.`);
  if (fields.includes("_id") || fields.includes("_creationTime")) {
    throw badRequest(`${where} names a system field; every index ends in _creationTime anyway.`);
  }
}
