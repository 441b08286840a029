/** Reads and writes the rows of the file that say which tables, indexes and schema there are. */
import type { IndexDefinition, Schema } from "../schema/schema.ts";
import { Catalog, type Index, type Table } from "./catalog.ts";
import type { VersionStore } from "./versionStore.ts";

/** What a crash left half built counts as dropped. */
export function loadCatalog(store: VersionStore): Catalog {
  store.prepare("UPDATE indexes SET state = 'dropped' WHERE state = 'building'").run();
  const tables = store.prepare("SELECT number, name FROM tables").all();
  const indexes = store
    .prepare("SELECT number, table_number, definition FROM indexes WHERE state = 'ready'")
    .all();
  return new Catalog(
    tables.map((row) => ({ number: row["number"] as number, name: row["name"] as string })),
    indexes.map((row) => ({
      number: row["number"] as number,
      tableNumber: row["table_number"] as number,
      definition: JSON.parse(row["definition"] as string) as IndexDefinition,
    })),
    ((store.setting("lastIndexNumber") as number | undefined) ?? 0) + 1,
  );
}

/** Once per table and process. */
export function saveTable(store: VersionStore, table: Table): void {
  if (table.isPersisted) return;
  store
    .prepare("INSERT OR IGNORE INTO tables (number, name) VALUES (?, ?)")
    .run(table.number, table.name);
  table.isPersisted = true;
}

export function saveIndex(
  store: VersionStore,
  table: Table,
  index: Index,
  state: "building" | "ready",
): void {
  store
    .prepare(
      "INSERT OR REPLACE INTO indexes (number, table_number, state, definition) VALUES (?, ?, ?, ?)",
    )
    .run(index.number, table.number, state, JSON.stringify(index.definition));
  const last = (store.setting("lastIndexNumber") as number | undefined) ?? 0;
  if (index.number > last) store.setSetting("lastIndexNumber", index.number);
}

export function saveDropped(store: VersionStore, index: Index): void {
  store.prepare("UPDATE indexes SET state = 'dropped' WHERE number = ?").run(index.number);
}

export function loadSchema(store: VersionStore): Schema | undefined {
  const text = store.setting("schema");
  if (typeof text !== "string") return undefined;
  const saved = JSON.parse(text) as { isValidated: boolean; tables: never[] };
  return { isValidated: saved.isValidated, tables: new Map(saved.tables) };
}

export function saveSchema(store: VersionStore, schema: Schema): void {
  const { isValidated, tables } = schema;
  store.setSetting("schema", JSON.stringify({ isValidated, tables: [...tables] }));
}
