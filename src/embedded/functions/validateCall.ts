/**
 * What must hold before a function runs and after it: it exists, the caller may reach it, arguments
 * and result match its validators and size limits. The library inside the functions checks none of it.
 */
import type { ValidatorJSON } from "convex/values";
import { validateValue } from "../values/validator.ts";
import type { IdCheck } from "../values/validator.ts";
import { MAX_CALL_NESTING } from "../values/limits.ts";
import { checkValue } from "../values/checkValue.ts";
import { sizeOf } from "../values/normalizeValue.ts";
import { DatabaseError } from "../store/databaseError.ts";
import type { JSONValue } from "../values/jsonValue.ts";
import type { AnalyzedFunction } from "./code/analyzedFunction.ts";
import { FunctionFailure, notPermitted } from "./functionFailure.ts";
import type { FunctionKind } from "./logs/functionLog.ts";
import { reachOf } from "./identity.ts";
import type { Identity } from "./identity.ts";
import type { Origin } from "./functionCall.ts";

const MIB = 1024 * 1024;
const MAX_VALUE_BYTES = 16 * MIB; // Convex's limit for arguments and for results
const MAX_NODE_ARGS_BYTES = 5 * MIB;
/** A value is at most so many times as large, as Convex counts, as its JSON text has characters. */
const MOST_BYTES_PER_CHAR = 5;
/** No value that is small enough has a longer text: six characters say one byte at most. */
const MAX_RESULT_CHARS = 8 * MAX_VALUE_BYTES;

type CallableKind = Exclude<FunctionKind, "httpAction">;

const FORGOTTEN = "Did you forget to run `npx convex dev` or `npx convex deploy`?";

const KIND_NAMES: Readonly<Record<FunctionKind, string>> = {
  query: "query",
  mutation: "mutation",
  action: "action",
  httpAction: "HTTP action",
};

/** @throws FunctionFailure when there is no such function for this caller. */
export function checkFound(
  functions: ReadonlyMap<string, AnalyzedFunction>,
  path: string,
  kind: CallableKind,
  origin: Origin,
  identity: Identity,
): AnalyzedFunction {
  const found = functions.get(path);
  const reach = origin === "code" ? "all" : reachOf(identity);
  if (reach === "all") return checkCallable(path, found, kind);
  if (reach === "none") throw notPermitted();
  const isReachable = found?.visibility === "public" && found.component === "";
  if (!isReachable || found.kind === "httpAction") {
    throw new FunctionFailure(`Could not find public function for '${path}'. ${FORGOTTEN}`);
  }
  return checkKind(path, found, kind);
}

/** @throws FunctionFailure when a function that the code itself calls is missing or of another kind. */
export function checkCallable(
  path: string,
  found: AnalyzedFunction | undefined,
  kind: CallableKind,
): AnalyzedFunction {
  return checkKind(path, checkExists(path, found), kind);
}

/**
 * All that is asked of a function that is scheduled: of which kind it is, the code that is there when
 * it is due decides.
 * @throws FunctionFailure when there is no such function
 */
export function checkExists(path: string, found: AnalyzedFunction | undefined): AnalyzedFunction {
  if (found !== undefined) return found;
  throw new FunctionFailure(`Could not find function for '${path}'. ${FORGOTTEN}`);
}

function checkKind(path: string, found: AnalyzedFunction, kind: CallableKind): AnalyzedFunction {
  if (found.kind === kind) return found;
  throw new FunctionFailure(
    `Trying to execute ${path} as ${withArticle(kind)}, but it is defined as ${withArticle(found.kind)}.`,
  );
}

function withArticle(kind: FunctionKind): string {
  return `${kind === "action" || kind === "httpAction" ? "an" : "a"} ${KIND_NAMES[kind]}`;
}

/**
 * Returns the JSON text of the arguments array.
 * @throws FunctionFailure saying what does not match
 */
export function checkArguments(
  called: AnalyzedFunction,
  args: JSONValue[],
  idBelongsTo: IdCheck,
): string {
  if (args.length !== 1) {
    throw new FunctionFailure(
      `ArgumentValidationError: A function takes one object of arguments, got ${args.length}.`,
    );
  }
  checkRules(`Invalid arguments for ${called.path}`, args[0] ?? null);
  const validator = called.args as ValidatorJSON;
  const failure = validateValue(validator, args[0], idBelongsTo);
  if (failure !== null) throw new FunctionFailure(`ArgumentValidationError: ${failure.message}`);
  const text = JSON.stringify(args);
  checkSize(`Arguments for ${called.path} are`, text, args);
  if (called.environment === "node" && Buffer.byteLength(text) > MAX_NODE_ARGS_BYTES) {
    throw new FunctionFailure(
      "Node actions arguments size is too large. The maximum allowed size is 5 MiB.",
    );
  }
  return text;
}

/**
 * Parses a result and checks it.
 * @param text JSON text of the result's JSON form
 * @throws FunctionFailure saying what does not match
 */
export function checkResult(
  called: AnalyzedFunction,
  text: string,
  idBelongsTo: IdCheck,
): JSONValue {
  const what = `Function ${called.path} return value`;
  if (text.length > MAX_RESULT_CHARS) throw tooLarge(`${what} is`, text.length);
  const value = JSON.parse(text) as JSONValue;
  checkSize(`${what} is`, text, value);
  checkRules(`${what} invalid`, value);
  if (called.returns !== null) {
    const failure = validateValue(called.returns as ValidatorJSON, value, idBelongsTo);
    if (failure !== null) throw new FunctionFailure(`ReturnsValidationError: ${failure.message}`);
  }
  return value;
}

function checkRules(failing: string, value: JSONValue): void {
  try {
    checkValue(value, MAX_CALL_NESTING);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    throw new FunctionFailure(`${failing}: ${error.message}`);
  }
}

/** @param text the value's JSON text: what is short cannot be large */
function checkSize(whatIs: string, text: string, value: JSONValue): void {
  if (text.length * MOST_BYTES_PER_CHAR <= MAX_VALUE_BYTES) return;
  const bytes = sizeOf(value);
  if (bytes > MAX_VALUE_BYTES) throw tooLarge(whatIs, bytes);
}

function tooLarge(whatIs: string, bytes: number): FunctionFailure {
  const [actual, limit] = [bytes, MAX_VALUE_BYTES].map((n) => `${(n / MIB).toFixed(2)} MiB`);
  return new FunctionFailure(`${whatIs} too large (actual: ${actual}, limit: ${limit})`);
}
