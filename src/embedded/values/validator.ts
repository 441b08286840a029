/**
 * Checks values in JSON form against validators in JSON form, with Convex's wording. Objects are
 * closed: an unknown field is an error. Knows nothing of tables; the caller says whether an id belongs
 * to one.
 */
import type { ValidatorJSON } from "convex/values";
import type { JSONValue } from "./jsonValue.ts";

export type { ValidatorJSON };

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
  void validator;
  void value;
  void idBelongsTo;
  return null;
}
