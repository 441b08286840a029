/**
 * Fills tables anew while everybody else still sees the old ones: the new rows carry a storage number of
 * their own, and whoever writes them is given a catalog in which the new tables stand. One write to the file
 * then puts them in the place of the old ones. Until then the rows are marked as unused in the file, so
 * that after a crash they are removed like those of a table that was replaced.
 */
import { createSearchIndex } from "../search/searchTables.ts";
import { makeTable, type Catalog, type Table } from "./catalog.ts";
import type { GroupCommit } from "./groupCommit.ts";
import type { Pruner } from "./pruner.ts";
import {
  forgetUnused,
  newStorage,
  saveDropped,
  saveIndex,
  saveStorage,
  saveUnused,
} from "./savedCatalog.ts";
import type { VersionStore } from "./versionStore.ts";

export interface TableStagingDeps {
  store: VersionStore;
  catalog: Catalog;
  group: GroupCommit;
  pruner: Pruner;
}

export type TableName = { component: string; table: string };

export class TableStaging {
  /** With the new tables in it; for their writers alone. */
  readonly catalog: Catalog;
  readonly #deps: TableStagingDeps;
  readonly #replaced: readonly { old: Table; next: Table }[];

  /** @throws STORAGE_FAILED */
  constructor(deps: TableStagingDeps, names: readonly TableName[]) {
    this.#deps = deps;
    this.catalog = deps.catalog.copy();
    this.#replaced = deps.group.exclusively(() =>
      names.map(({ component, table }) => {
        const old = deps.catalog.ensure(component, table);
        return { old, next: this.#begin(old) };
      }),
    );
    for (const { next } of this.#replaced) this.catalog.put(next);
  }

  /** An empty table like the old one. */
  #begin(old: Table): Table {
    const { store, catalog } = this.#deps;
    const next = makeTable({ ...old, storage: newStorage(store) });
    next.documentType = old.documentType;
    next.isPersisted = true; // which table it is the file learns when it is put in place
    for (const { name, definition } of old.indexes.values()) {
      const index = catalog.newIndex(definition);
      saveIndex(store, next, index, "building");
      createSearchIndex(store, index);
      next.indexes.set(name, index);
    }
    return next;
  }

  /** Part of one write to the file: from it on a start finds the new tables. */
  save(): void {
    const { store } = this.#deps;
    for (const { old, next } of this.#replaced) {
      saveStorage(store, next);
      forgetUnused(store, next.storage);
      saveUnused(store, old.storage);
      for (const index of old.indexes.values()) saveDropped(store, index);
      for (const index of next.indexes.values()) saveIndex(store, next, index, "ready");
    }
  }

  /** After that write: puts the new tables in place in memory, too. */
  adopt(): void {
    for (const { old, next } of this.#replaced) {
      this.#deps.catalog.put(next);
      this.#giveUp(old);
    }
  }

  /** The new tables are of no use. */
  abandon(): void {
    const { store, group } = this.#deps;
    try {
      group.exclusively(() => {
        for (const { next } of this.#replaced) {
          for (const index of next.indexes.values()) saveDropped(store, index);
        }
      });
      for (const { next } of this.#replaced) this.#giveUp(next);
    } catch {
      // The disk refuses: the next start finds what is marked as unused and as being built.
    }
  }

  #giveUp(table: Table): void {
    const { pruner } = this.#deps;
    pruner.storageUnused(table.storage);
    for (const index of table.indexes.values()) pruner.indexDropped(index.number);
  }
}
