/**
 * Text that may be too long for one document, kept in rows of a private system table: `{...key, part, text}`.
 * Rows with the same key, read through an index on its fields, are one text.
 */
import type { JSONObject } from "../values/jsonValue.ts";
import type { RangeBound } from "./queryJson.ts";
import type { Transaction } from "./transaction.ts";

const PART_CHARS = 256 * 1024; // three bytes at most each: well below the limit of a document

/** Where texts are kept. */
export interface TextTable {
  readonly table: string;
  /** Its fields are those of the keys, in their order. */
  readonly index: string;
}

export function insertText(
  tx: Transaction,
  { table }: TextTable,
  key: JSONObject,
  text: string,
): void {
  for (let part = 0; part * PART_CHARS < text.length; part++) {
    const slice = text.slice(part * PART_CHARS, (part + 1) * PART_CHARS);
    tx.system.insert(table, { ...key, part, text: slice });
  }
}

/** Null when there is none. */
export function readText(tx: Transaction, where: TextTable, key: JSONObject): string | null {
  const parts = rows(tx, where, key)
    .sort((a, b) => Number(a["part"]) - Number(b["part"]))
    .map((row) => row["text"] as string);
  return parts.length === 0 ? null : parts.join("");
}

export function deleteText(tx: Transaction, where: TextTable, key: JSONObject): void {
  for (const { _id } of rows(tx, where, key)) tx.system.delete(where.table, _id);
}

function rows(tx: Transaction, { table, index }: TextTable, key: JSONObject) {
  const range = Object.entries(key).map(([fieldPath, value]): RangeBound => ({
    type: "Eq",
    fieldPath,
    value,
  }));
  const cursor = tx.system.openQuery({
    source: { type: "IndexRange", indexName: `${table}.${index}`, range, order: "asc" },
    operators: [],
  });
  const found = [];
  for (let row = cursor.next(); row !== null; row = cursor.next()) found.push(row);
  cursor.close();
  return found;
}
