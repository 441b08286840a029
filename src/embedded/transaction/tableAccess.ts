/** Which table a caller means, and whether it may write there. Pure. */
import { isUserTableName } from "../schema/schema.ts";
import type { Catalog, Table } from "../store/catalog.ts";
import { badRequest } from "../store/databaseError.ts";
import { systemTableError } from "./writeRules.ts";

/**
 * The table of an id; undefined if there is none, or none of that component.
 * @param component null: whichever component's it is
 * @param named what the caller took it for, if that was said
 * @throws BAD_REQUEST on a malformed id or another table's
 */
export function tableOfId(
  catalog: Catalog,
  component: string | null,
  named: string | null,
  id: string,
): Table | undefined {
  const table = catalog.tableOf(id);
  if (table === null) throw badRequest(`Unable to decode ID: "${id}" is not a document ID.`);
  if (component !== null && table?.component !== component) return undefined;
  if (named !== null && table !== undefined && table.name !== named) {
    throw badRequest(`Document ID ${id} is of table ${table.name}, not of ${named}.`);
  }
  return table;
}

/** @throws BAD_REQUEST if functions may not write there, or no table can have that name */
export function checkWritable(name: string, existing: Table | undefined, isUser: boolean): void {
  if (isUser && (existing?.isSystem === true || name.startsWith("_"))) throw systemTableError(name);
  if (existing === undefined && !isUserTableName(name)) {
    throw badRequest(`Invalid table name "${name}".`);
  }
}
