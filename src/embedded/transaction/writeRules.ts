/**
 * What a write may say about a document: fields starting with an underscore belong to the system, and
 * the two that every document has never change. Pure.
 */
import { badRequest, type DatabaseError } from "../store/databaseError.ts";
import {
  isObject,
  readSpecial,
  type JSONObject,
  type StoredDocument,
} from "../values/jsonValue.ts";

/** @throws BAD_REQUEST if a new document brings system fields of its own */
export function checkNewFields(value: JSONObject): void {
  for (const name of Object.keys(value)) checkUserField(name);
}

/** The document with the fields merged in; `{"$undefined": null}` removes one. */
export function patched(document: StoredDocument, value: JSONObject): JSONObject {
  const next = new Map(Object.entries(document));
  for (const [name, field] of Object.entries(value)) {
    checkField(name, field, document);
    const isRemoved = isObject(field) && readSpecial(field)?.kind === "undefined";
    if (isRemoved) next.delete(name);
    else next.set(name, field);
  }
  return Object.fromEntries(next);
}

/** The value with the document's system fields. */
export function replaced(document: StoredDocument, value: JSONObject): JSONObject {
  for (const [name, field] of Object.entries(value)) checkField(name, field, document);
  return { ...value, _id: document._id, _creationTime: document._creationTime };
}

function checkField(name: string, field: unknown, document: StoredDocument): void {
  if (name !== "_id" && name !== "_creationTime") {
    checkUserField(name);
  } else if (field !== document[name]) {
    const given = JSON.stringify(field);
    const stored = JSON.stringify(document[name]);
    throw badRequest(`Provided \`${name}\` ${given} does not match the document's, ${stored}.`);
  }
}

function checkUserField(name: string): void {
  if (!name.startsWith("_")) return;
  throw badRequest(
    `Field name ${name} starts with an underscore, which is reserved for system fields.`,
  );
}

export function systemTableError(name: string): DatabaseError {
  return badRequest(`System table ${name} cannot be written to.`);
}

const double = new Float64Array(1);
const bits = new BigInt64Array(double.buffer);

/** The next larger number, for one that is not negative. */
export function nextDouble(value: number): number {
  double[0] = value;
  bits[0] = (bits[0] ?? 0n) + 1n;
  return double[0];
}
