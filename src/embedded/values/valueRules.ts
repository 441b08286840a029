/**
 * What Convex allows of a value whatever it is for: lengths, names, whole texts. Each rule throws
 * BAD_REQUEST with Convex's words. Knows neither schemas nor how deep a value may nest.
 */
import { badRequest } from "../store/databaseError.ts";
import { MAX_ARRAY_LENGTH, MAX_FIELD_NAME_CHARS, MAX_OBJECT_FIELDS } from "./limits.ts";

const FIELD_NAME = /^[\x20-\x7e]*$/;

/** A text that is not whole could not be written as UTF-8, and would come back as another. */
export function checkText(text: string): void {
  if (text.isWellFormed()) return;
  throw badRequest("A string has an unpaired surrogate: strings must be valid Unicode.");
}

export function checkArrayLength(length: number): void {
  if (length <= MAX_ARRAY_LENGTH) return;
  throw badRequest(`Array length is too long (${length} > maximum length ${MAX_ARRAY_LENGTH})`);
}

export function checkFieldNames(names: readonly string[]): void {
  if (names.length > MAX_OBJECT_FIELDS) {
    throw badRequest(
      `Object has too many fields (${names.length} > maximum number ${MAX_OBJECT_FIELDS})`,
    );
  }
  for (const name of names) checkFieldName(name, MAX_FIELD_NAME_CHARS);
}

/** @param maxChars fields of documents have shorter names than those of objects inside */
export function checkFieldName(name: string, maxChars: number): void {
  if (name.startsWith("$")) {
    throw badRequest(`Field name ${name} starts with '$', which is reserved.`);
  }
  if (name.length > maxChars) {
    throw badRequest(`Field name is too long (${name.length} > maximum ${maxChars})`);
  }
  if (!FIELD_NAME.test(name)) {
    throw badRequest(
      `Field name ${name} has an invalid character: Field names can only contain non-control ASCII characters`,
    );
  }
}

/** @param depth of the array or object in question, the outermost being 1 */
export function checkDepth(depth: number, maxNesting: number): void {
  if (depth <= maxNesting) return;
  throw badRequest(`Value is too nested (maximum nesting is ${maxNesting})`);
}
