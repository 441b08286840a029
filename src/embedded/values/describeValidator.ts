/** Writes validators and values as the author of a function would: `v.object({a: v.string()})`, `1.0`. */
import type { ObjectFieldType, ValidatorJSON } from "convex/values";
import { readSpecial, type JSONObject, type JSONValue } from "./jsonValue.ts";

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

export function describeValidator(validator: ValidatorJSON): string {
  switch (validator.type) {
    case "id":
      return `v.id("${validator.tableName}")`;
    case "literal":
      return `v.literal(${describeValue(validator.value)})`;
    case "array":
      return `v.array(${describeValidator(validator.value)})`;
    case "union":
      return `v.union(${validator.value.map(describeValidator).join(", ")})`;
    case "record": {
      const values = describeValidator(validator.values.fieldType);
      return `v.record(${describeValidator(validator.keys)}, ${values})`;
    }
    case "object":
      return `v.object({${Object.entries(validator.value).map(describeField).join(", ")}})`;
    default:
      return `v.${SCALAR_BUILDERS[validator.type]}()`;
  }
}

const SCALAR_BUILDERS = {
  null: "null",
  boolean: "boolean",
  string: "string",
  bytes: "bytes",
  any: "any",
  commitTs: "commitTs",
  number: "float64",
  bigint: "int64",
} as const;

function describeField([name, { fieldType, optional }]: [string, ObjectFieldType]): string {
  const described = describeValidator(fieldType);
  return `${describeName(name)}: ${optional ? `v.optional(${described})` : described}`;
}

/** A value as JavaScript, floats with a point so that they differ from int64s. */
export function describeValue(value: JSONValue | undefined): string {
  if (value === undefined) return "undefined";
  if (typeof value === "number") return describeNumber(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(describeValue).join(", ")}]`;
  return describeObject(value);
}

function describeNumber(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? value.toFixed(1) : String(value);
}

function describeObject(object: JSONObject): string {
  const special = readSpecial(object);
  switch (special?.kind) {
    case "int64":
      return `${special.value}n`;
    case "float64":
      return Object.is(special.value, -0) ? "-0.0" : String(special.value);
    case "bytes":
      return `<${special.value.length} bytes>`;
    case "undefined":
      return "undefined";
    case "commitTs":
      return "commitTs";
    case undefined: {
      const fields = Object.entries(object).map(
        ([name, value]) => `${describeName(name)}: ${describeValue(value)}`,
      );
      return `{${fields.join(", ")}}`;
    }
  }
}

function describeName(name: string): string {
  return IDENTIFIER.test(name) ? name : JSON.stringify(name);
}
