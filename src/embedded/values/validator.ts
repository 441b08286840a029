/**
 * Checks values in JSON form against validators in JSON form, with Convex's wording. Objects are
 * closed: an unknown field is an error. Knows nothing of tables; the caller says whether an id belongs
 * to one.
 */
import type { ObjectFieldType, RecordKeyValidatorJSON, ValidatorJSON } from "convex/values";
import { describeValidator, describeValue } from "./describeValidator.ts";
import { isObject, readSpecial, type JSONObject, type JSONValue } from "./jsonValue.ts";
import { encodeKey } from "./keyEncoding.ts";

/** Whether an id is of that table. */
export type IdCheck = (tableName: string, id: string) => boolean;

export interface ValidationFailure {
  /** `.field.inner[2]`; empty at the root. */
  readonly path: string;
  /** The whole text, ready to be shown: what is wrong, path, value and validator. */
  readonly message: string;
}

/** null when the value matches. `undefined` stands for a missing value. */
export function validateValue(
  validator: ValidatorJSON,
  value: JSONValue | undefined,
  idBelongsTo: IdCheck,
): ValidationFailure | null {
  if (value === undefined) return failure("Value is missing.", "", undefined, validator);
  return check(validator, value, "", idBelongsTo);
}

function check(
  validator: ValidatorJSON,
  value: JSONValue,
  path: string,
  idBelongsTo: IdCheck,
): ValidationFailure | null {
  switch (validator.type) {
    case "any":
      return null;
    case "array":
      return Array.isArray(value)
        ? checkItems(validator.value, value, path, idBelongsTo)
        : mismatch(path, value, validator);
    case "object":
      return isPlainObject(value)
        ? checkFields(validator.value, value, path, idBelongsTo)
        : mismatch(path, value, validator);
    case "record":
      return isPlainObject(value)
        ? checkRecord(validator, value, path, idBelongsTo)
        : mismatch(path, value, validator);
    case "union":
      return checkUnion(validator, value, path, idBelongsTo);
    case "id":
      return checkId(validator, value, path, idBelongsTo);
    default:
      return matchesScalar(validator, value) ? null : mismatch(path, value, validator);
  }
}

type Scalar = Exclude<
  ValidatorJSON,
  { type: "any" | "array" | "object" | "record" | "union" | "id" }
>;

function matchesScalar(validator: Scalar, value: JSONValue): boolean {
  switch (validator.type) {
    case "null":
      return value === null;
    case "boolean":
    case "string":
      return typeof value === validator.type;
    case "number":
      return typeof value === "number" || specialKind(value) === "float64";
    case "bigint":
      return specialKind(value) === "int64";
    case "commitTs":
      return specialKind(value) === "int64" || specialKind(value) === "commitTs";
    case "bytes":
      return specialKind(value) === "bytes";
    case "literal":
      return encodeKey(value) === encodeKey(validator.value);
  }
}

function specialKind(value: JSONValue): string | undefined {
  return isObject(value) ? readSpecial(value)?.kind : undefined;
}

function isPlainObject(value: JSONValue): value is JSONObject {
  return isObject(value) && readSpecial(value) === undefined;
}

function checkItems(
  item: ValidatorJSON,
  values: readonly JSONValue[],
  path: string,
  idBelongsTo: IdCheck,
): ValidationFailure | null {
  for (const [position, value] of values.entries()) {
    const failed = check(item, value, `${path}[${position}]`, idBelongsTo);
    if (failed !== null) return failed;
  }
  return null;
}

function checkFields(
  fields: Record<string, ObjectFieldType>,
  value: JSONObject,
  path: string,
  idBelongsTo: IdCheck,
): ValidationFailure | null {
  for (const [name, { fieldType, optional }] of Object.entries(fields)) {
    const field = Object.hasOwn(value, name) ? value[name] : undefined;
    if (field === undefined) {
      if (optional) continue;
      const advice =
        "Consider wrapping the field validator in `v.optional(...)` if this is expected.";
      const what = `Object is missing the required field \`${name}\`. ${advice}`;
      return objectFailure(what, path, value, { type: "object", value: fields });
    }
    const failed = check(fieldType, field, `${path}.${name}`, idBelongsTo);
    if (failed !== null) return failed;
  }
  for (const name in value) {
    if (Object.hasOwn(fields, name)) continue;
    const what = `Object contains extra field \`${name}\` that is not in the validator.`;
    return objectFailure(what, path, value, { type: "object", value: fields });
  }
  return null;
}

function checkRecord(
  validator: Extract<ValidatorJSON, { type: "record" }>,
  value: JSONObject,
  path: string,
  idBelongsTo: IdCheck,
): ValidationFailure | null {
  const keys: ValidatorJSON = asValidator(validator.keys);
  for (const [name, field] of Object.entries(value)) {
    const failed =
      check(keys, name, `${path}.${name}`, idBelongsTo) ??
      check(validator.values.fieldType, field, `${path}.${name}`, idBelongsTo);
    if (failed !== null) return failed;
  }
  return null;
}

function asValidator(keys: RecordKeyValidatorJSON): ValidatorJSON {
  return keys.type === "union" ? { type: "union", value: keys.value.map(asValidator) } : keys;
}

function checkUnion(
  validator: Extract<ValidatorJSON, { type: "union" }>,
  value: JSONValue,
  path: string,
  idBelongsTo: IdCheck,
): ValidationFailure | null {
  const failures: ValidationFailure[] = [];
  for (const member of validator.value) {
    const failed = check(member, value, path, idBelongsTo);
    if (failed === null) return null;
    failures.push(failed);
  }
  // With one member, its own complaint says more.
  const [only] = failures;
  return failures.length === 1 && only !== undefined ? only : mismatch(path, value, validator);
}

function checkId(
  validator: Extract<ValidatorJSON, { type: "id" }>,
  value: JSONValue,
  path: string,
  idBelongsTo: IdCheck,
): ValidationFailure | null {
  if (typeof value !== "string") return mismatch(path, value, validator);
  if (idBelongsTo(validator.tableName, value)) return null;
  const what = `Expected an ID for table "${validator.tableName}", got \`${value}\`, which is not one.`;
  return failure(what, path, value, validator);
}

function mismatch(path: string, value: JSONValue, validator: ValidatorJSON): ValidationFailure {
  return failure("Value does not match validator.", path, value, validator);
}

function failure(
  what: string,
  path: string,
  value: JSONValue | undefined,
  validator: ValidatorJSON,
): ValidationFailure {
  return { path, message: report(what, path, "Value", value, validator) };
}

function objectFailure(
  what: string,
  path: string,
  value: JSONObject,
  validator: ValidatorJSON,
): ValidationFailure {
  return { path, message: report(what, path, "Object", value, validator) };
}

function report(
  what: string,
  path: string,
  label: "Object" | "Value",
  value: JSONValue | undefined,
  validator: ValidatorJSON,
): string {
  const where = path === "" ? [] : [`Path: ${path}`];
  const shown = `${label}: ${describeValue(value)}`;
  return [`${what}\n`, ...where, shown, `Validator: ${describeValidator(validator)}`].join("\n");
}
