/**
 * Walks one key range of one index at a snapshot, with the transaction's own writes merged in, and
 * records exactly what was walked: up to the last document handed out, or the whole range once it is
 * exhausted. Knows no filters and no limits.
 */
import type { Index, Table } from "../store/catalog.ts";
import type { ScannedVersion, VersionStore } from "../store/versionStore.ts";
import { successor, type Key } from "../values/keyEncoding.ts";
import type { StoredDocument } from "../values/jsonValue.ts";
import type { OverlayEntry } from "./pendingWrites.ts";
import type { Order } from "./queryJson.ts";
import type { KeyInterval, ReadSet } from "./readSet.ts";
import type { SortedKeys } from "./sortedKeys.ts";

const FIRST_BATCH = 8;
const MAX_BATCH = 256;

export interface ScannedDocument {
  readonly key: Key;
  readonly document: StoredDocument;
  readonly size: number;
}

export interface IndexScanOptions {
  store: VersionStore;
  table: Table;
  index: Index;
  start: Key;
  end: Key;
  order: Order;
  ts: number;
  reads: ReadSet;
  /** The transaction's own writes, asked for anew at each step since they may change meanwhile. */
  overlay: () => SortedKeys<OverlayEntry> | undefined;
  /** Told of each document of the file that is handed out. */
  onStored: (found: ScannedVersion) => void;
  /** How many documents will be wanted, if that is known. */
  expected?: number;
}

export class IndexScan {
  readonly #options: IndexScanOptions;
  readonly #interval: KeyInterval;
  /** What is left to walk. */
  #start: Key;
  #end: Key;
  #batch: ScannedVersion[] = [];
  #position = 0;
  #batchSize: number;
  /** The file holds nothing more beyond the batch. */
  #isDrained = false;

  constructor(options: IndexScanOptions) {
    this.#options = options;
    this.#start = options.start;
    this.#end = options.end;
    this.#batchSize = Math.min(options.expected ?? FIRST_BATCH, MAX_BATCH);
    const edge = options.order === "asc" ? options.start : options.end;
    this.#interval = options.reads.add(options.index.number, edge, edge);
  }

  next(): ScannedDocument | null {
    for (;;) {
      const stored = this.#peekStored();
      const own = this.#peekOwn();
      if (own === undefined) return stored === undefined ? this.#exhaust() : this.#take(stored);
      if (stored !== undefined && this.#isBefore(stored.key, own.key)) return this.#take(stored);
      if (stored?.key === own.key) this.#position++; // overwritten
      this.#pass(own.key);
      if (own.value !== null) return { key: own.key, ...own.value };
    }
  }

  #take(stored: ScannedVersion): ScannedVersion {
    this.#position++;
    this.#pass(stored.key);
    this.#options.onStored(stored);
    return stored;
  }

  #exhaust(): null {
    this.#widen(this.#options.start, this.#options.end);
    return null;
  }

  #isBefore(a: Key, b: Key): boolean {
    return this.#options.order === "asc" ? a < b : a > b;
  }

  #peekStored(): ScannedVersion | undefined {
    if (this.#position === this.#batch.length && !this.#isDrained) this.#fetch();
    return this.#batch[this.#position];
  }

  #peekOwn(): { key: Key; value: OverlayEntry } | undefined {
    const overlay = this.#options.overlay();
    return this.#options.order === "asc"
      ? overlay?.first(this.#start, this.#end)
      : overlay?.last(this.#start, this.#end);
  }

  #fetch(): void {
    const { store, table, index, order, ts } = this.#options;
    this.#batch = store.scan({
      storage: table.storage,
      indexNumber: index === table.byId ? null : index.number,
      idKeyBytes: table.idKeyBytes,
      start: this.#start,
      end: this.#end,
      order,
      ts,
      limit: this.#batchSize,
    });
    this.#position = 0;
    this.#isDrained = this.#batch.length < this.#batchSize;
    this.#batchSize = Math.min(this.#batchSize * 4, MAX_BATCH);
  }

  /** Everything up to the key has been walked. */
  #pass(key: Key): void {
    if (this.#options.order === "asc") {
      this.#start = successor(key);
      this.#widen(this.#options.start, this.#start);
    } else {
      this.#end = key;
      this.#widen(key, this.#options.end);
    }
  }

  #widen(start: Key, end: Key): void {
    this.#options.reads.widen(this.#interval, start, end);
  }
}
