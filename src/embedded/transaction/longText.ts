/**
 * Text that may be too long for one document, kept in rows of a private system table: `{...key, part, text}`
 * and what else is to be known of it. Rows with the same key, read through an index on its fields, are one
 * text.
 */
import type { JSONObject, StoredDocument } from "../values/jsonValue.ts";
import type { RangeBound } from "./queryJson.ts";
import type { Transaction } from "./transaction.ts";

const PART_CHARS = 256 * 1024; // three bytes at most each: well below the limit of a document

/** Where texts are kept. */
export interface TextTable {
  readonly table: string;
  /** Its fields are those of the keys, in their order. */
  readonly index: string;
}

export interface StoredText {
  readonly text: string;
  /** The first of its rows. */
  readonly row: StoredDocument;
}

/** @param fields the key, and what else is to be found in the rows */
export function insertText(
  tx: Transaction,
  { table }: TextTable,
  fields: JSONObject,
  text: string,
): void {
  for (let part = 0; part * PART_CHARS < text.length; part++) {
    const slice = text.slice(part * PART_CHARS, (part + 1) * PART_CHARS);
    tx.system.insert(table, { ...fields, part, text: slice });
  }
}

/** Null when there is none. */
export function readText(tx: Transaction, where: TextTable, key: JSONObject): StoredText | null {
  const parts = rows(tx, where, key).sort((a, b) => Number(a["part"]) - Number(b["part"]));
  const [row] = parts;
  if (row === undefined) return null;
  return { text: parts.map(({ text }) => text as string).join(""), row };
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
