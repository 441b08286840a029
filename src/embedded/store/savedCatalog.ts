/** Reads and writes the rows of the file that say which tables, indexes and schema there are. */
import type { IndexDefinition, Schemas, TableDefinition } from "../schema/schema.ts";
import { APP, Catalog, type Index, type Table } from "./catalog.ts";
import type { VersionStore } from "./versionStore.ts";

/** Above every number that an id can carry: those are storages, too. */
const FIRST_STORAGE = 2 ** 40;

/** What a crash left half built counts as dropped. */
export function loadCatalog(store: VersionStore): Catalog {
  store.prepare("UPDATE indexes SET state = 'dropped' WHERE state = 'building'").run();
  const tables = store
    .prepare("SELECT number, name, coalesce(storage, number) AS storage FROM tables")
    .all();
  const indexes = store
    .prepare("SELECT number, table_number, definition FROM indexes WHERE state = 'ready'")
    .all();
  return new Catalog(
    tables.map((row) => ({
      number: row["number"] as number,
      storage: row["storage"] as number,
      ...splitName(row["name"] as string),
    })),
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
    .run(table.number, fullName(table));
  table.isPersisted = true;
}

/** The rows that a table consists of are others from now on. */
export function saveStorage(store: VersionStore, table: Table): void {
  store
    .prepare("INSERT OR REPLACE INTO tables (number, name, storage) VALUES (?, ?, ?)")
    .run(table.number, fullName(table), table.storage);
}

/** A number for rows of a table that nobody has had before, marked as of no use until `forgetUnused` is called. */
export function newStorage(store: VersionStore): number {
  const last = (store.setting("lastStorage") as number | undefined) ?? FIRST_STORAGE - 1;
  store.setSetting("lastStorage", last + 1);
  saveUnused(store, last + 1);
  return last + 1;
}

/** The rows that carry the number are to be removed, at the latest after the next start. */
export function saveUnused(store: VersionStore, storage: number): void {
  store.prepare("INSERT OR IGNORE INTO unused_storages (storage) VALUES (?)").run(storage);
}

/** The rows that carry the number are in use, or are gone. */
export function forgetUnused(store: VersionStore, storage: number): void {
  store.prepare("DELETE FROM unused_storages WHERE storage = ?").run(storage);
}

export function unusedStorages(store: VersionStore): number[] {
  const rows = store.prepare("SELECT storage FROM unused_storages").all();
  return rows.map(({ storage }) => storage as number);
}

/** In the file a component's table is called "component::table". */
function fullName({ component, name }: Pick<Table, "component" | "name">): string {
  return component === APP ? name : `${component}::${name}`;
}

function splitName(fullName: string): { component: string; name: string } {
  const [first = "", second] = fullName.split("::");
  return second === undefined
    ? { component: APP, name: first }
    : { component: first, name: second };
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

export function loadSchemas(store: VersionStore): Schemas {
  const text = store.setting("schema");
  if (typeof text !== "string") return new Map();
  const { components = {}, ...app } = JSON.parse(text) as SavedSchemas;
  return new Map(
    Object.entries({ [APP]: app, ...components }).map(([component, saved]) => [
      component,
      { isValidated: saved.isValidated, tables: new Map(saved.tables) },
    ]),
  );
}

export function saveSchemas(store: VersionStore, schemas: Schemas): void {
  const { [APP]: app, ...components } = Object.fromEntries(
    Array.from(schemas, ([component, { isValidated, tables }]) => [
      component,
      { isValidated, tables: [...tables] } satisfies SavedSchema,
    ]),
  );
  store.setSetting("schema", JSON.stringify({ ...app, components }));
}

interface SavedSchema {
  readonly isValidated: boolean;
  readonly tables: readonly (readonly [string, TableDefinition])[];
}
/** The app's own, with those of its components inside. */
type SavedSchemas = SavedSchema & { readonly components?: Readonly<Record<string, SavedSchema>> };
