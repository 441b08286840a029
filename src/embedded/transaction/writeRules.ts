/**
 * What a write may say about a document: fields starting with an underscore belong to the system, and
 * the two that every document has never change. Pure.
 */
import { badRequest, type DatabaseError } from "../store/databaseError.ts";
import { tableNumberOf } from "../values/documentId.ts";
import {
  isObject,
  readSpecial,
  type JSONObject,
  type JSONValue,
  type StoredDocument,
} from "../values/jsonValue.ts";

/** @throws BAD_REQUEST if a new document is no object, or brings system fields of its own */
export function checkNewFields(value: JSONObject): void {
  requireObject(value);
  for (const name of Object.keys(value)) checkUserField(name);
}

/** The document with the fields merged in; `{"$undefined": null}` removes one. */
export function patched(document: StoredDocument, value: JSONObject): JSONObject {
  requireObject(value);
  const removed: string[] = [];
  for (const [name, field] of Object.entries(value)) {
    checkField(name, field, document);
    if (isObject(field) && readSpecial(field)?.kind === "undefined") removed.push(name);
  }
  const next: JSONObject = { ...document, ...value };
  if (removed.length === 0) return next;
  return Object.fromEntries(Object.entries(next).filter(([name]) => !removed.includes(name)));
}

/** The value with the document's system fields. */
export function replaced(document: StoredDocument, value: JSONObject): JSONObject {
  requireObject(value);
  for (const [name, field] of Object.entries(value)) checkField(name, field, document);
  return { ...value, _id: document._id, _creationTime: document._creationTime };
}

/**
 * A document as it was elsewhere: with the system fields that it brings, or else the given ones.
 * @throws BAD_REQUEST if what it brings cannot be those of a document of that table
 */
export function restored(
  { _id, _creationTime, ...fields }: JSONObject,
  made: { _id: string; _creationTime: number },
  tableNumber: number,
): JSONObject {
  checkNewFields(fields);
  const whole = {
    ...fields,
    _id: _id ?? made._id,
    _creationTime: _creationTime ?? made._creationTime,
  };
  if (typeof whole._id !== "string" || tableNumberOf(whole._id) !== tableNumber) {
    throw badRequest(`${JSON.stringify(whole._id)} is no document ID of this table.`);
  }
  if (typeof whole._creationTime !== "number") throw badRequest("_creationTime is not a number.");
  return whole;
}

/** Plain JavaScript gives whatever it likes. */
function requireObject(value: JSONValue): void {
  if (isObject(value) && readSpecial(value) === undefined) return;
  throw badRequest("A document must be an object.");
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
