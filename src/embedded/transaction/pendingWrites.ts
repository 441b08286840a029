/**
 * What a transaction has written and not committed: the state of each touched document, and, for the
 * indexes it has read since, the keys in order. Undone step by step to a savepoint. Knows nothing of
 * the file.
 */
import type { Index, Table } from "../store/catalog.ts";
import type { OutcomeKey } from "../store/outcomes.ts";
import type { StoredVersion } from "../store/versionStore.ts";
import { encodeKey, type Key } from "../values/keyEncoding.ts";
import { fieldAt, type StoredDocument } from "../values/jsonValue.ts";
import { SortedKeys } from "./sortedKeys.ts";

export interface PendingDocument {
  readonly table: Table;
  /** What the snapshot holds; null if the document is new. */
  readonly before: StoredVersion | null;
  /** null: deleted. */
  readonly after: { document: StoredDocument; size: number } | null;
}

/** What stands at an index key as the transaction sees it; null hides the snapshot's document. */
export type OverlayEntry = PendingDocument["after"];

interface Overlay {
  readonly index: Index;
  readonly entries: SortedKeys<OverlayEntry>;
}

interface UndoStep {
  id: string;
  previous: PendingDocument | undefined;
}

/** The key of a document in an index of kind "db". */
export function indexKey(index: Index, document: StoredDocument): Key {
  let key = "";
  for (const path of index.keyPaths) key += encodeKey(fieldAt(document, path));
  return key;
}

export class PendingWrites {
  readonly #documents = new Map<string, PendingDocument>();
  /** Only of indexes that were scanned: most mutations never read what they wrote. */
  readonly #overlays = new Map<number, Overlay & { table: Table }>();
  readonly #undo: UndoStep[] = [];
  /** Of the request that the transaction answers. */
  outcome: (OutcomeKey & { readonly text: string }) | null = null;

  get isEmpty(): boolean {
    return this.#documents.size === 0 && this.outcome === null;
  }

  get undoLength(): number {
    return this.#undo.length;
  }

  get(id: string): PendingDocument | undefined {
    return this.#documents.get(id);
  }

  set(id: string, next: PendingDocument): void {
    const previous = this.#documents.get(id);
    this.#undo.push({ id, previous });
    this.#replace(id, previous, next);
  }

  rollbackTo(undoLength: number): void {
    while (this.#undo.length > undoLength) {
      const step = this.#undo.pop();
      if (step !== undefined) this.#replace(step.id, this.#documents.get(step.id), step.previous);
    }
  }

  documents(): ReadonlyMap<string, PendingDocument> {
    return this.#documents;
  }

  /** The written keys of one index in order; undefined if the transaction wrote nothing. */
  overlay(table: Table, index: Index): SortedKeys<OverlayEntry> | undefined {
    if (this.#undo.length === 0) return undefined;
    let overlay = this.#overlays.get(index.number);
    if (overlay === undefined) {
      overlay = { table, index, entries: new SortedKeys() };
      this.#overlays.set(index.number, overlay);
      for (const pending of this.#documents.values()) place(overlay, pending);
    }
    return overlay.entries;
  }

  #replace(
    id: string,
    previous: PendingDocument | undefined,
    next: PendingDocument | undefined,
  ): void {
    if (next === undefined) this.#documents.delete(id);
    else this.#documents.set(id, next);
    for (const overlay of this.#overlays.values()) {
      if (previous?.table === overlay.table) displace(overlay, previous);
      if (next !== undefined) place(overlay, next);
    }
  }
}

function place(
  overlay: Overlay & { table: Table },
  { table, before, after }: PendingDocument,
): void {
  if (table !== overlay.table) return;
  if (before !== null) overlay.entries.set(indexKey(overlay.index, before.document), null);
  if (after !== null) overlay.entries.set(indexKey(overlay.index, after.document), after);
}

function displace({ index, entries }: Overlay, { before, after }: PendingDocument): void {
  if (before !== null) entries.delete(indexKey(index, before.document));
  if (after !== null) entries.delete(indexKey(index, after.document));
}
