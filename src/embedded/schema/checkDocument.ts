/** Whether a document fits the type of its table. The two system fields are no part of the type. */
import type { ValidatorJSON } from "convex/values";
import type { JSONObject, StoredDocument } from "../values/jsonValue.ts";
import { validateValue, type IdCheck, type ValidationFailure } from "../values/validator.ts";

/** @param documentType null accepts anything */
export function checkDocument(
  documentType: ValidatorJSON | null,
  document: StoredDocument,
  idBelongsTo: IdCheck,
): ValidationFailure | null {
  if (documentType === null) return null;
  const fields: JSONObject = { ...document };
  delete fields["_id"];
  delete fields["_creationTime"];
  return validateValue(documentType, fields, idBelongsTo);
}
