/**
 * What an import will do, found out before anything is written: every row is read and checked, the tables
 * that are to be emptied are counted. A row that cannot be stored fails the whole import, by its number.
 *
 * Ids stay as they are where the numbers of tables allow it. Where a table has another number here, the
 * ids of its documents get that number, and so do the ids in the values of the imported documents.
 */
import { checkDocument } from "../schema/checkDocument.ts";
import { isUserTableName } from "../schema/schema.ts";
import type { Database } from "../store/database.ts";
import { DatabaseError } from "../store/databaseError.ts";
import type { Transaction } from "../transaction/transaction.ts";
import { inOtherTable, tableNumberOf } from "../values/documentId.ts";
import {
  isObject,
  type JSONObject,
  type JSONValue,
  type StoredDocument,
} from "../values/jsonValue.ts";
import { normalizeObject, sizeOf } from "../values/normalizeValue.ts";
import type { ImportedTable, ImportSource } from "./importSource.ts";
import { ImportError } from "./readRows.ts";

export type ImportMode = "requireEmpty" | "append" | "replace" | "replaceAll";

export type PlannedTable = {
  component: string;
  table: string;
  /** Ids as they will be here. */
  rows: () => AsyncIterable<JSONObject>;
  creates: number;
  bytes: number;
  /** Ids of the documents that make room. */
  deletes: string[];
};

export type ImportPlan = {
  mode: ImportMode;
  tables: PlannedTable[];
  files: ImportSource["files"];
  /** An id of that component as it will be here. */
  idHere(component: string, id: string): string;
};

const NO_LIMITS = { bytesRead: Infinity, documentsRead: Infinity, databaseQueries: Infinity };

/** @throws ImportError, ZipError */
export async function planImport(
  source: ImportSource,
  mode: ImportMode,
  database: Database,
): Promise<ImportPlan> {
  const numbers = await mapNumbers(source, database);
  const convert = (component: string, value: JSONValue): JSONValue =>
    withIdsHere(value, numbers.get(component) ?? new Map<number, number>());
  const tables: PlannedTable[] = [];
  for (const imported of source.tables) {
    const { component, table } = imported;
    const rows = async function* (): AsyncGenerator<JSONObject> {
      for await (const row of imported.rows()) yield convert(component, row) as JSONObject;
    };
    tables.push({
      component,
      table,
      rows,
      ...(await check(database, component, table, rows)),
      deletes: [],
    });
  }
  const tx = database.begin("query", { limits: NO_LIMITS });
  try {
    for (const table of tables) table.deletes = documentIds(tx, table);
    if (mode === "requireEmpty") refuseFull(tables);
    if (mode === "append" || mode === "requireEmpty")
      for (const table of tables) table.deletes = [];
    if (mode === "replaceAll") tables.push(...otherTables(tx, database, tables));
  } finally {
    tx.close();
  }
  const idHere = (component: string, id: string): string => convert(component, id) as string;
  return { mode, tables, files: source.files, idHere };
}

type NumberMap = Map<number, number>;

/** For each component, which number in ids becomes which; numbers that stay are left out. */
async function mapNumbers(
  source: ImportSource,
  database: Database,
): Promise<Map<string, NumberMap>> {
  const maps = new Map<string, NumberMap>();
  for (const imported of source.tables) {
    const { component, table } = imported;
    if (table !== "_storage" && !isUserTableName(table)) {
      throw new ImportError(`"${table}" cannot be the name of a table.`);
    }
    const there = source.numbers.get(component)?.get(table) ?? (await numberInFirstRow(imported));
    const here = database.ensureTable(component, table, there ?? undefined);
    if (there === null || there === here) continue;
    maps.set(component, (maps.get(component) ?? new Map<number, number>()).set(there, here));
  }
  return maps;
}

async function numberInFirstRow({ rows }: ImportedTable): Promise<number | null> {
  for await (const { _id } of rows()) return typeof _id === "string" ? tableNumberOf(_id) : null;
  return null;
}

function withIdsHere(value: JSONValue, numbers: NumberMap): JSONValue {
  if (numbers.size === 0) return value;
  if (typeof value === "string") {
    const number = numbers.get(tableNumberOf(value) ?? -1);
    return number === undefined ? value : (inOtherTable(value, number) ?? value);
  }
  if (Array.isArray(value)) return value.map((item) => withIdsHere(item, numbers));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, withIdsHere(field, numbers)]),
  );
}

/** Reads all rows of a table. @throws ImportError naming the first that cannot be stored */
async function check(
  database: Database,
  component: string,
  table: string,
  rows: () => AsyncIterable<JSONObject>,
): Promise<{ creates: number; bytes: number }> {
  const schema = database.schema(component);
  const type = schema.isValidated ? (schema.tables.get(table)?.documentType ?? null) : null;
  const total = { creates: 0, bytes: 0 };
  const tx = database.begin("query");
  const ids = tx.inComponent(component);
  const idBelongsTo = (name: string, id: string): boolean => ids.normalizeId(name, id) !== null;
  tx.close(); // ids are told apart without reading anything
  for await (const row of rows()) {
    total.creates++;
    try {
      const document = normalizeObject(row);
      total.bytes += sizeOf(document);
      const failure = checkDocument(type, document as StoredDocument, idBelongsTo);
      if (failure === null) continue;
      throw new ImportError(`it does not match the schema: ${failure.message}`);
    } catch (error) {
      if (!(error instanceof DatabaseError) && !(error instanceof ImportError)) throw error;
      throw new ImportError(
        `Row ${total.creates} of table "${table}" cannot be imported: ${error.message}`,
      );
    }
  }
  return total;
}

/** Ids of what a table holds, at most so many. */
export function documentIds(
  tx: Transaction,
  { component, table }: Pick<PlannedTable, "component" | "table">,
  atMost = Infinity,
): string[] {
  const source = { type: "FullTableScan", tableName: table, order: "asc" } as const;
  const cursor = tx.inComponent(component).openQuery({ source, operators: [] });
  const ids: string[] = [];
  for (let row = cursor.next(); row !== null && ids.length < atMost; row = cursor.next()) {
    ids.push(row._id);
  }
  return ids;
}

/** @throws ImportError naming those that hold documents */
export function refuseFull(tables: readonly Pick<PlannedTable, "table" | "deletes">[]): void {
  const full = tables.filter(({ deletes }) => deletes.length > 0).map(({ table }) => table);
  if (full.length === 0) return;
  throw new ImportError(
    `There are documents in ${full.join(", ")} already. Use --append to add to them, or --replace ` +
      "or --replace-all to put the imported ones in their place.",
  );
}

/** Those that the import does not bring and that are to be emptied. Files are left alone. */
function otherTables(
  tx: Transaction,
  database: Database,
  imported: readonly PlannedTable[],
): PlannedTable[] {
  const others: PlannedTable[] = [];
  for (const component of new Set(imported.map((one) => one.component))) {
    for (const { name: table } of database.tables(component)) {
      if (imported.some((one) => one.component === component && one.table === table)) continue;
      const none = { component, table, rows: noRows, creates: 0, bytes: 0, deletes: [] };
      others.push({ ...none, deletes: documentIds(tx, none) });
    }
  }
  return others.filter(({ deletes }) => deletes.length > 0);
}

async function* noRows(): AsyncGenerator<JSONObject> {
  // Nothing comes in the place of what is deleted.
}

/** What is going to happen, for whoever has to agree. */
export function describePlan({ tables }: ImportPlan): string {
  const rows = tables.map(({ component, table, creates, deletes }) => {
    const name = component === "" ? table : `${component}: ${table}`;
    return [name, String(creates), String(deletes.length)] as const;
  });
  const all = [["table", "create", "delete"] as const, ...rows];
  const width = (column: 0 | 1 | 2): number => Math.max(...all.map((row) => row[column].length));
  const [names, creates, deletes] = [width(0), width(1), width(2)];
  const lines = all.map(
    (row) => `${row[0].padEnd(names)} | ${row[1].padEnd(creates)} | ${row[2].padEnd(deletes)} |`,
  );
  return ["Changes that the import makes:", ...lines].join("\n");
}
