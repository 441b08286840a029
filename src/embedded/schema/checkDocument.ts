/** Whether a document fits the type of its table. The two system fields are no part of the type. */
import type { ValidatorJSON } from "convex/values";
import { DatabaseError } from "../store/databaseError.ts";
import type { JSONObject, StoredDocument } from "../values/jsonValue.ts";
import { validateValue, type IdCheck, type ValidationFailure } from "../values/validator.ts";

/** @param documentType null accepts anything */
export function checkDocument(
  documentType: ValidatorJSON | null,
  document: StoredDocument,
  idBelongsTo: IdCheck,
): ValidationFailure | null {
  if (documentType === null) return null;
  const fields: JSONObject = {};
  for (const name in document) {
    if (name !== "_id" && name !== "_creationTime") fields[name] = document[name] ?? null;
  }
  return validateValue(documentType, fields, idBelongsTo);
}

/** For a write. @throws SCHEMA_VIOLATION in Convex's words */
export function requireFit(
  table: { readonly name: string; readonly documentType: ValidatorJSON | null },
  document: StoredDocument,
  idBelongsTo: IdCheck,
): void {
  const failure = checkDocument(table.documentType, document, idBelongsTo);
  if (failure === null) return;
  throw new DatabaseError(
    "SCHEMA_VIOLATION",
    `Failed to insert or update a document in table "${table.name}" because it does not match ` +
      `the schema: ${failure.message}`,
  );
}
