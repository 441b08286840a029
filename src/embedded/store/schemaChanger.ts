/**
 * Replaces the schema while the database is in use. New indexes are first kept up to date by commits,
 * then filled with what was there before in chunks, and only then become readable; stored documents are
 * checked on the same walk. Nothing changes for anyone until the last step, which is one write.
 */
import { isDeepStrictEqual } from "node:util";
import { setImmediate as nextTick } from "node:timers/promises";
import type { ValidatorJSON } from "convex/values";
import type { Schemas } from "../schema/schema.ts";
import { PUBLIC_SYSTEM_TABLES, SYSTEM_TABLES } from "../schema/systemTables.ts";
import { createSearchIndex, indexVersion } from "../search/searchTables.ts";
import { indexKey } from "../transaction/pendingWrites.ts";
import { LAST_KEY, successor } from "../values/keyEncoding.ts";
import type { StoredDocument } from "../values/jsonValue.ts";
import { APP, type Catalog, type Index, type Table } from "./catalog.ts";
import type { SchemaMismatchError } from "./databaseError.ts";
import type { GroupCommit } from "./groupCommit.ts";
import type { Pruner } from "./pruner.ts";
import { schemaMismatch } from "./schemaMismatch.ts";
import { schemaProgress, type SchemaProgress } from "./schemaProgress.ts";
import { saveDropped, saveIndex, saveSchemas, saveTable } from "./savedCatalog.ts";
import { planTableChange, type TableChange } from "./tableChange.ts";
import type { ScannedVersion, VersionStore } from "./versionStore.ts";

/** Some 10 ms of work. */
const CHUNK_DOCUMENTS = 500;

/** Indexes are named "table.index". */
export interface SchemaChange {
  readonly indexesAdded: readonly string[];
  readonly indexesRemoved: readonly string[];
}

export interface SchemaChangerDeps {
  store: VersionStore;
  catalog: Catalog;
  group: GroupCommit;
  pruner: Pruner;
  appliedTs: () => number;
}

export class SchemaChanger {
  readonly #deps: SchemaChangerDeps;
  #queue: Promise<unknown> = Promise.resolve();
  /** While a change is under way: the types to come, and the first document written that fails one. */
  #coming: { types: Map<Table, ValidatorJSON>; failure: SchemaMismatchError | null } | null = null;
  /** Of the change that is under way. */
  #changes: readonly TableChange[] = [];

  constructor(deps: SchemaChangerDeps) {
    this.#deps = deps;
  }

  /**
   * One change at a time. `install` is called when the new schema is on disk, before anyone else runs.
   * @throws SchemaMismatchError, STORAGE_FAILED
   */
  change(schemas: Schemas, current: () => Schemas, install: () => void): Promise<SchemaChange> {
    const result = this.#queue.then(() => this.#change(schemas, current(), install));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  /** Runs a task while no change is under way. */
  async between(task: () => void): Promise<void> {
    const result = this.#queue.then(task);
    this.#queue = result.catch(() => undefined);
    await result;
  }

  async idle(): Promise<void> {
    await this.#queue;
  }

  /** How far the change that is under way has come, by component; empty when there is none. */
  progress(): Map<string, SchemaProgress> {
    return schemaProgress(this.#changes);
  }

  /** Whether stored documents fit schemas; changes nothing. @throws SchemaMismatchError */
  async check(schemas: Schemas, current: Schemas): Promise<void> {
    for (const table of [...this.#deps.catalog.tables()]) {
      const type = typeIn(schemas, table);
      if (type === null || isDeepStrictEqual(type, typeIn(current, table))) continue;
      await this.#scan(table, (chunk) => this.#check(table, type, chunk));
    }
  }

  /** A commit wrote it: it must fit the schema to come as well. */
  documentWritten(table: Table, document: StoredDocument | null): void {
    const type = this.#coming?.types.get(table);
    if (this.#coming === null || type === undefined || document === null) return;
    this.#coming.failure ??= schemaMismatch(this.#deps.catalog, table, type, document);
  }

  /** Builds the indexes of system tables that this version of the engine added, or a new component has. */
  completeSystemTables(): void {
    for (const table of this.#deps.catalog.tables()) {
      if (!table.isSystem) continue;
      const indexes = SYSTEM_TABLES.find(({ name }) => name === table.name)?.indexes ?? [];
      const change = planTableChange(this.#deps.catalog, table, indexes, null);
      if (change.added.length + change.removed.length === 0) continue;
      this.#register([change]);
      for (let after = ""; ;) {
        const chunk = this.#chunk(table, after);
        this.#fill(change, chunk);
        const last = chunk.at(-1);
        if (last === undefined) break;
        after = successor(last.key);
      }
      this.#deps.group.exclusively(() => this.#saveFinished([change]));
      this.#finish([change]);
    }
  }

  async #change(schemas: Schemas, current: Schemas, install: () => void): Promise<SchemaChange> {
    const changes = this.#plan(schemas, current);
    const types = new Map<Table, ValidatorJSON>();
    for (const [component, schema] of schemas) {
      for (const { name, documentType } of schema.isValidated ? schema.tables.values() : []) {
        if (documentType !== null)
          types.set(this.#deps.catalog.ensure(component, name), documentType);
      }
    }
    this.#coming = { types, failure: null };
    try {
      this.#register(changes);
      this.#changes = changes;
      for (const change of changes) await this.#walk(change);
      this.#deps.group.exclusively(() => {
        this.#saveFinished(changes);
        saveSchemas(this.#deps.store, schemas);
      });
    } catch (error) {
      this.#abandon(changes);
      throw error;
    } finally {
      this.#coming = null;
      this.#changes = [];
    }
    this.#finish(changes);
    this.#deps.catalog.adoptTypes(schemas);
    install();
    const named = (pick: (change: TableChange) => Index[]): string[] =>
      changes.flatMap((change) => pick(change).map(({ name }) => indexTitle(change.table, name)));
    return {
      indexesAdded: named(({ added }) => added),
      indexesRemoved: named(({ removed }) => removed),
    };
  }

  #plan(schemas: Schemas, current: Schemas): TableChange[] {
    const { catalog } = this.#deps;
    this.#ensureTables(schemas);
    const changes: TableChange[] = [];
    for (const table of catalog.tables()) {
      if (table.isSystem) continue;
      const type = typeIn(schemas, table);
      const unchecked = isDeepStrictEqual(type, typeIn(current, table)) ? null : type;
      const declared = schemas.get(table.component)?.tables.get(table.name)?.indexes ?? [];
      changes.push(planTableChange(catalog, table, declared, unchecked));
    }
    return changes;
  }

  #ensureTables(schemas: Schemas): void {
    const { catalog } = this.#deps;
    for (const [component, { tables }] of schemas) {
      const system = component === APP ? [] : PUBLIC_SYSTEM_TABLES;
      for (const name of [...tables.keys(), ...system]) catalog.ensure(component, name);
    }
    this.completeSystemTables();
  }

  /** From here on commits keep the new indexes up to date. */
  #register(changes: readonly TableChange[]): void {
    const { store, group } = this.#deps;
    group.exclusively(() => {
      for (const { table, added } of changes) {
        if (added.length > 0) saveTable(store, table);
        for (const index of added) {
          saveIndex(store, table, index, "building");
          createSearchIndex(store, index);
        }
      }
    });
    for (const { table, added } of changes) for (const index of added) table.building.add(index);
  }

  /** Checks the documents of a table and fills its new indexes. */
  async #walk(change: TableChange): Promise<void> {
    const { table, unchecked } = change;
    if (change.added.length > 0 || unchecked !== null) {
      await this.#scan(table, (chunk) => {
        if (unchecked !== null) this.#check(table, unchecked, chunk);
        if (change.added.length > 0) this.#fill(change, chunk);
        if (this.#coming?.failure) throw this.#coming.failure;
      });
    }
    change.isWalked = true;
  }

  /** Shows all documents of a table, letting others work in between; once more when there is nothing left. */
  async #scan(table: Table, visit: (chunk: readonly ScannedVersion[]) => void): Promise<void> {
    for (let after: string | undefined = ""; after !== undefined;) {
      const chunk = this.#chunk(table, after);
      visit(chunk);
      const last = chunk.at(-1);
      after = last === undefined ? undefined : successor(last.key);
      if (after !== undefined) await nextTick();
    }
  }

  #chunk(table: Table, after: string): ScannedVersion[] {
    return this.#deps.store.scan({
      storage: table.storage,
      indexNumber: null,
      idKeyBytes: table.idKeyBytes,
      start: after,
      end: LAST_KEY,
      order: "asc",
      ts: this.#deps.appliedTs(),
      limit: CHUNK_DOCUMENTS,
    });
  }

  #check(table: Table, type: ValidatorJSON, chunk: readonly ScannedVersion[]): void {
    for (const { document } of chunk) {
      const failure = schemaMismatch(this.#deps.catalog, table, type, document);
      if (failure !== null) throw failure;
    }
  }

  #fill({ added }: TableChange, chunk: readonly ScannedVersion[]): void {
    const { store, group, appliedTs } = this.#deps;
    group.exclusively(() => {
      for (const { version, document } of chunk) {
        for (const index of added) {
          if (index.definition.kind !== "db") indexVersion(store, index, version, document);
          else {
            const key = indexKey(index, document);
            store.insertMissingEntry(index.number, key, appliedTs(), version);
          }
        }
      }
    });
  }

  #saveFinished(changes: readonly TableChange[]): void {
    const { store } = this.#deps;
    for (const { table, added, removed, kept } of changes) {
      for (const index of added) saveIndex(store, table, index, "ready");
      for (const { index, definition } of kept) {
        saveIndex(store, table, { ...index, definition }, "ready");
      }
      for (const index of removed) saveDropped(store, index);
    }
  }

  #finish(changes: readonly TableChange[]): void {
    for (const { table, added, removed, kept } of changes) {
      for (const index of removed) {
        table.indexes.delete(index.name);
        this.#deps.pruner.indexDropped(index.number);
      }
      for (const index of added) {
        table.building.delete(index);
        table.indexes.set(index.name, index);
      }
      for (const { index, definition } of kept) index.definition = definition;
    }
  }

  #abandon(changes: readonly TableChange[]): void {
    const { store, group, pruner } = this.#deps;
    const added = changes.flatMap((change) => change.added);
    for (const { table } of changes) table.building.clear();
    try {
      group.exclusively(() => added.forEach((index) => saveDropped(store, index)));
      for (const index of added) pruner.indexDropped(index.number);
    } catch {
      // The disk refuses: the next start drops what is marked as being built.
    }
  }
}

/** null: any document. */
function typeIn(schemas: Schemas, { component, name }: Table): ValidatorJSON | null {
  const schema = schemas.get(component);
  return schema?.isValidated === true ? (schema.tables.get(name)?.documentType ?? null) : null;
}

/** "table.index", in a component "component::table.index". */
function indexTitle({ component, name }: Table, index: string): string {
  return `${component === APP ? "" : `${component}::`}${name}.${index}`;
}
