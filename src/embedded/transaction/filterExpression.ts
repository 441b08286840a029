/**
 * Evaluates the expressions of `.filter(q => …)` against a document. Comparisons use the total order of
 * values, with a missing field as the smallest; arithmetic takes two numbers of one type. Pure.
 */
import { badRequest } from "../store/databaseError.ts";
import {
  fieldAt,
  int64ToJson,
  isObject,
  readSpecial,
  type JSONObject,
  type JSONValue,
} from "../values/jsonValue.ts";
import { encodeKey } from "../values/keyEncoding.ts";
import type { ExpressionJson } from "./queryJson.ts";

type Evaluated = JSONValue | undefined;
type Operator = (document: JSONObject, operand: JSONValue | undefined) => Evaluated;

/** Whether a document passes the filter. @throws BAD_REQUEST if the expression makes no sense */
export function passesFilter(expression: ExpressionJson, document: JSONObject): boolean {
  return isTruthy(evaluate(expression, document));
}

function evaluate(expression: ExpressionJson | undefined, document: JSONObject): Evaluated {
  if (!isObject(expression)) throw badRequest("A filter expression must be an object.");
  const [entry, ...others] = Object.entries(expression);
  const operator = entry === undefined ? undefined : OPERATORS.get(entry[0]);
  if (entry === undefined || operator === undefined || others.length > 0) {
    throw badRequest(`Unknown filter expression ${JSON.stringify(expression).slice(0, 200)}.`);
  }
  return operator(document, entry[1]);
}

const OPERATORS = new Map<string, Operator>([
  ["$field", (document, path) => fieldAt(document, fieldPath(path))],
  ["$literal", (_document, literal) => definedOrMissing(literal)],
  ["$eq", comparison((order) => order === 0)],
  ["$neq", comparison((order) => order !== 0)],
  ["$lt", comparison((order) => order < 0)],
  ["$lte", comparison((order) => order <= 0)],
  ["$gt", comparison((order) => order > 0)],
  ["$gte", comparison((order) => order >= 0)],
  [
    "$add",
    arithmetic(
      "add",
      (a, b) => a + b,
      (a, b) => a + b,
    ),
  ],
  [
    "$sub",
    arithmetic(
      "subtract",
      (a, b) => a - b,
      (a, b) => a - b,
    ),
  ],
  [
    "$mul",
    arithmetic(
      "multiply",
      (a, b) => a * b,
      (a, b) => a * b,
    ),
  ],
  [
    "$div",
    arithmetic(
      "divide",
      (a, b) => a / b,
      (a, b) => a / b,
    ),
  ],
  [
    "$mod",
    arithmetic(
      "take the remainder of",
      (a, b) => a % b,
      (a, b) => a % b,
    ),
  ],
  ["$neg", (document, operand) => negate(evaluate(operand, document))],
  ["$not", (document, operand) => !isTruthy(evaluate(operand, document))],
  ["$and", (document, list) => operands(list).every((item) => passesFilter(item, document))],
  ["$or", (document, list) => operands(list).some((item) => passesFilter(item, document))],
]);

function comparison(accepts: (order: number) => boolean): Operator {
  return (document, pair) => {
    const [left, right] = operands(pair).map((item) => encodeKey(evaluate(item, document)));
    if (left === undefined || right === undefined)
      throw badRequest("A comparison takes two values.");
    return accepts(left < right ? -1 : left > right ? 1 : 0);
  };
}

function arithmetic(
  verb: string,
  floats: (a: number, b: number) => number,
  ints: (a: bigint, b: bigint) => bigint,
): Operator {
  return (document, pair) => {
    const [left, right] = operands(pair).map((item) => toNumber(evaluate(item, document)));
    if (typeof left === "number" && typeof right === "number") {
      return floatToJson(floats(left, right));
    }
    if (typeof left === "bigint" && typeof right === "bigint") {
      try {
        return int64ToJson(BigInt.asIntN(64, ints(left, right)));
      } catch {
        throw badRequest(`Cannot ${verb} int64s: division by zero.`);
      }
    }
    throw badRequest(`Cannot ${verb} values that are not two numbers of the same type.`);
  };
}

function negate(value: Evaluated): Evaluated {
  const number = toNumber(value);
  if (typeof number === "number") return floatToJson(-number);
  if (typeof number === "bigint") return int64ToJson(BigInt.asIntN(64, -number));
  throw badRequest("Cannot negate a value that is not a number.");
}

function fieldPath(value: JSONValue | undefined): string[] {
  if (typeof value !== "string") throw badRequest("A field is named by a string.");
  return value.split(".");
}

function operands(value: JSONValue | undefined): JSONValue[] {
  if (!Array.isArray(value)) throw badRequest("A filter operator takes a list.");
  return value;
}

function definedOrMissing(literal: JSONValue | undefined): Evaluated {
  const isMissing = isObject(literal) && readSpecial(literal)?.kind === "undefined";
  return isMissing ? undefined : literal;
}

function toNumber(value: Evaluated): number | bigint | undefined {
  if (typeof value === "number") return value;
  const special = isObject(value) ? readSpecial(value) : undefined;
  return special?.kind === "int64" || special?.kind === "float64" ? special.value : undefined;
}

/** As JavaScript would say it: missing, null, false, zero, NaN and the empty string are false. */
function isTruthy(value: Evaluated): boolean {
  const number = toNumber(value);
  return number === undefined ? Boolean(value) : Boolean(number);
}

function floatToJson(value: number): JSONValue {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return { $float: bytes.toString("base64") };
}
