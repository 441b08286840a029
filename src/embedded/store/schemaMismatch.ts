/** How a stored document fails the type that a schema gives its table. */
import type { ValidatorJSON } from "convex/values";
import { checkDocument } from "../schema/checkDocument.ts";
import type { StoredDocument } from "../values/jsonValue.ts";
import type { Catalog, Table } from "./catalog.ts";
import { SchemaMismatchError } from "./databaseError.ts";

/** What to refuse the schema with; null when the document fits. */
export function schemaMismatch(
  catalog: Catalog,
  table: Table,
  type: ValidatorJSON,
  document: StoredDocument,
): SchemaMismatchError | null {
  const failure = checkDocument(type, document, catalog.idCheck(table.component));
  if (failure === null) return null;
  return new SchemaMismatchError(
    {
      component: table.component,
      table: table.name,
      documentId: document._id,
      path: failure.path,
    },
    `Schema validation failed. Document with ID "${document._id}" in table "${table.name}" ` +
      `does not match the schema: ${failure.message}`,
  );
}
