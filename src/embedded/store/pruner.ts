/**
 * Removes what no reader can see any more: ended versions and entries, and the leftovers of dropped
 * indexes and replaced tables. Works in small steps inside the group commits, a little more than each of them adds, so the
 * file does not grow under a steady load of updates.
 */
import { deleteVectorsOf, dropSearchIndex, unindexVersion } from "../search/searchTables.ts";
import { builtInIndexes, maintainedIndexes, type Catalog } from "./catalog.ts";
import { forgetUnused, unusedStorages } from "./savedCatalog.ts";
import type { VersionStore } from "./versionStore.ts";

/** Rows a step may remove beyond twice what the group wrote. */
const MIN_ROWS_PER_STEP = 200;

export class Pruner {
  readonly #store: VersionStore;
  readonly #catalog: Catalog;
  readonly #dropped: number[];
  readonly #unused: number[];

  constructor(store: VersionStore, catalog: Catalog) {
    this.#store = store;
    this.#catalog = catalog;
    this.#dropped = store
      .prepare("SELECT number FROM indexes WHERE state = 'dropped'")
      .all()
      .map((row) => row["number"] as number);
    this.#unused = unusedStorages(store);
  }

  /** An index was marked as dropped in the file. */
  indexDropped(indexNumber: number): void {
    this.#dropped.push(indexNumber);
  }

  /** Rows were marked as unused in the file. */
  storageUnused(storage: number): void {
    this.#unused.push(storage);
  }

  /**
   * Removes rows that ended at or before the horizon.
   * @param written rows that the group wrote
   */
  step(horizon: number, written: number): void {
    const limit = MIN_ROWS_PER_STEP + 2 * written;
    for (const { version, storage } of this.#store.endedVersions(horizon, limit)) {
      const table = this.#catalog.byStorage(storage);
      for (const index of table === undefined ? [] : maintainedIndexes(table)) {
        unindexVersion(this.#store, index, version);
      }
      this.#store.deleteVersion(version);
    }
    this.#store.deleteEndedEntries(horizon, limit);
    this.#purgeDropped(limit);
    this.#purgeUnused(limit);
  }

  #purgeUnused(limit: number): void {
    const storage = this.#unused[0];
    if (storage === undefined) return;
    const [, byCreationTime] = builtInIndexes(storage);
    const removed =
      this.#store.deleteDocumentsOf(storage, limit) +
      this.#store.deleteEntriesOf(byCreationTime, limit);
    if (removed > 0) return;
    forgetUnused(this.#store, storage);
    this.#unused.shift();
  }

  #purgeDropped(limit: number): void {
    const indexNumber = this.#dropped[0];
    if (indexNumber === undefined) return;
    const removed =
      this.#store.deleteEntriesOf(indexNumber, limit) +
      deleteVectorsOf(this.#store, indexNumber, limit);
    if (removed > 0) return;
    dropSearchIndex(this.#store, indexNumber);
    this.#store.prepare("DELETE FROM indexes WHERE number = ?").run(indexNumber);
    this.#dropped.shift();
  }
}
