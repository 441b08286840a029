/**
 * The tables and indexes that exist and their numbers, in memory. A table comes into being when it is
 * first mentioned, so that "read of a table that is not there" has a place in read sets; it is written
 * to the file with its first document. Each component has tables of its own; numbers are shared, so an
 * id leads to one table of one component. Knows no SQL.
 */
import { isDeepStrictEqual } from "node:util";
import type { ValidatorJSON } from "convex/values";
import type { IndexDefinition, Schemas } from "../schema/schema.ts";
import { PUBLIC_SYSTEM_TABLES, SYSTEM_TABLES } from "../schema/systemTables.ts";
import type { IdCheck } from "../values/validator.ts";
import { encodeDocumentId, tableNumberOf } from "../values/documentId.ts";

/** The component that is the app itself. */
export const APP = "";

/** The first number of a user's table, or of a component's; below are the system's. */
const FIRST_USER_TABLE = 10_001;

export interface Index {
  readonly number: number;
  readonly name: string;
  definition: IndexDefinition;
  /** Paths of what its keys are made of, `_creationTime` and `_id` included. Only for kind "db". */
  readonly keyPaths: readonly (readonly string[])[];
}

export interface Table {
  /** What its ids carry. */
  readonly number: number;
  /** What its rows in the file carry: the same number until the table is filled anew (`tableStaging.ts`). */
  readonly storage: number;
  /** Path of the component that owns it. */
  readonly component: string;
  readonly name: string;
  readonly isSystem: boolean;
  readonly byId: Index;
  readonly byCreationTime: Index;
  /** Those the schema declares, complete and, unless staged, readable. */
  readonly indexes: Map<string, Index>;
  /** Kept up to date by commits, but not yet complete. */
  readonly building: Set<Index>;
  /** Length in bytes of the last part of every index key, the document's id. */
  readonly idKeyBytes: number;
  documentType: ValidatorJSON | null;
  isPersisted: boolean;
}

export interface PersistedTable {
  number: number;
  storage: number;
  component: string;
  name: string;
}

export interface PersistedIndex {
  number: number;
  tableNumber: number;
  definition: IndexDefinition;
}

export class Catalog {
  readonly #byName = new Map<string, Map<string, Table>>();
  readonly #byNumber = new Map<number, Table>();
  readonly #byStorage = new Map<number, Table>();
  #nextTableNumber = FIRST_USER_TABLE;
  #nextIndexNumber: number;

  /** @param nextIndexNumber above every number that was ever given, dropped indexes included */
  constructor(
    tables: readonly PersistedTable[],
    indexes: readonly PersistedIndex[],
    nextIndexNumber: number,
  ) {
    this.#nextIndexNumber = nextIndexNumber;
    SYSTEM_TABLES.forEach(({ name }, position) => {
      const number = position + 1;
      this.put({
        ...makeTable({ number, storage: number, component: APP, name }),
        isPersisted: true,
      });
    });
    for (const table of tables) this.put({ ...makeTable(table), isPersisted: true });
    for (const { number, tableNumber, definition } of indexes) {
      this.#byNumber.get(tableNumber)?.indexes.set(definition.name, makeIndex(number, definition));
    }
  }

  find(component: string, name: string): Table | undefined {
    return this.#byName.get(component)?.get(name);
  }

  /**
   * The table of that name, made if need be. The name must be valid.
   * @param wanted the number of a table that is made, if it is free
   */
  ensure(component: string, name: string, wanted = this.#nextTableNumber): Table {
    const isFree = wanted >= FIRST_USER_TABLE && !this.#byNumber.has(wanted);
    const number = isFree ? wanted : this.#nextTableNumber;
    const existing = this.find(component, name);
    return existing ?? this.put(makeTable({ number, storage: number, component, name }));
  }

  /** Adds a table, or puts it in the place of the one with its number. */
  put(table: Table): Table {
    const { component, name, number, storage } = table;
    const named = this.#byName.get(component) ?? new Map<string, Table>();
    this.#byName.set(component, named.set(name, table));
    this.#byStorage.delete(this.#byNumber.get(number)?.storage ?? storage);
    this.#byNumber.set(number, table);
    this.#byStorage.set(storage, table);
    this.#nextTableNumber = Math.max(this.#nextTableNumber, number + 1);
    return table;
  }

  /** The tables as they are now, for whoever puts others in their place without anybody else seeing it. */
  copy(): Catalog {
    const copy = new Catalog([], [], this.#nextIndexNumber);
    for (const table of this.tables()) copy.put(table);
    return copy;
  }

  /** Those that have tables, the app first. */
  components(): string[] {
    return [...this.#byName.keys()];
  }

  byNumber(number: number): Table | undefined {
    return this.#byNumber.get(number);
  }

  /** The table whose rows in the file carry that number. */
  byStorage(storage: number): Table | undefined {
    return this.#byStorage.get(storage);
  }

  /** The table an id belongs to: undefined if there is none, null if the text is no id. */
  tableOf(id: string): Table | undefined | null {
    const number = tableNumberOf(id);
    return number === null ? null : this.#byNumber.get(number);
  }

  /** Whether an id is one of a component's table. */
  idCheck(component: string): IdCheck {
    return (tableName, id) => {
      const table = this.tableOf(id);
      return table?.name === tableName && table.component === component;
    };
  }

  isPublicSystemTable(table: Table): boolean {
    return PUBLIC_SYSTEM_TABLES.has(table.name);
  }

  /** Tables of a component's user that hold or held documents, or are declared. */
  userTables(component: string, declared: ReadonlyMap<string, unknown>): Table[] {
    return [...this.tables()].filter(
      (table) =>
        table.component === component &&
        !table.isSystem &&
        (table.isPersisted || declared.has(table.name)),
    );
  }

  tables(): IterableIterator<Table> {
    return this.#byNumber.values();
  }

  /** An index with a number of its own, of no table yet. */
  newIndex(definition: IndexDefinition): Index {
    return makeIndex(this.#nextIndexNumber++, definition);
  }

  /** Takes over the types of the schemas; tables they do not name accept any document. */
  adoptTypes(schemas: Schemas): void {
    for (const table of this.#byNumber.values()) {
      const schema = schemas.get(table.component);
      const declared = schema?.isValidated === true ? schema.tables.get(table.name) : undefined;
      table.documentType = declared?.documentType ?? null;
    }
  }
}

/** An empty table without declared indexes. */
export function makeTable({ number, storage, component, name }: PersistedTable): Table {
  const [byId, byCreationTime] = builtInIndexes(storage);
  return {
    ...{ number, storage, component, name },
    isSystem: name.startsWith("_"),
    byId: makeBuiltIn(byId, "by_id", [["_id"]]),
    byCreationTime: makeBuiltIn(byCreationTime, "by_creation_time", [["_creationTime"], ["_id"]]),
    indexes: new Map(),
    building: new Set(),
    idKeyBytes: encodeDocumentId(number, new Uint8Array(16)).length + 2,
    documentType: null,
    isPersisted: false,
  };
}

/** The numbers of the indexes that every table has; below zero, where no declared index has its own. */
export function builtInIndexes(storage: number): [byId: number, byCreationTime: number] {
  return [-2 * storage, -2 * storage - 1];
}

/** The indexes that a commit keeps up to date, by_id left out: it is the documents themselves. */
export function maintainedIndexes(table: Table): Index[] {
  return [table.byCreationTime, ...table.indexes.values(), ...table.building];
}

/** Whether an index of one definition serves the other. Unstaging needs no rebuild. */
export function isSameIndex(a: IndexDefinition, b: IndexDefinition): boolean {
  return isDeepStrictEqual({ ...a, isStaged: false }, { ...b, isStaged: false });
}

function makeBuiltIn(number: number, name: string, keyPaths: string[][]): Index {
  const definition: IndexDefinition = { kind: "db", name, fields: [], isStaged: false };
  return { number, name, definition, keyPaths };
}

function makeIndex(number: number, definition: IndexDefinition): Index {
  const fields = definition.kind === "db" ? definition.fields : [];
  const keyPaths = [...fields, "_creationTime", "_id"].map((path) => path.split("."));
  return { number, name: definition.name, definition, keyPaths };
}
