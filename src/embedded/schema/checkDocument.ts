/** Whether a document fits the type of its table. The two system fields are no part of the type. */
import type { ValidatorJSON } from "convex/values";
import type { StoredDocument } from "../values/jsonValue.ts";
import { validateValue, type IdCheck, type ValidationFailure } from "../values/validator.ts";

/** @param documentType null accepts anything */
export function checkDocument(
  documentType: ValidatorJSON | null,
  document: StoredDocument,
  idBelongsTo: IdCheck,
): ValidationFailure | null {
  if (documentType === null) return null;
  const { _id, _creationTime, ...fields } = document;
  return validateValue(documentType, fields, idBelongsTo);
}
