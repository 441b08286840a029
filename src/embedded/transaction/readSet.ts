/**
 * What a transaction read, as half-open intervals of keys per index, and what a commit wrote, as keys.
 * A range that held nothing and a document that was not found are intervals like any other, so a
 * phantom is a conflict. Knows nothing of documents or time.
 */
import type { Key } from "../values/keyEncoding.ts";

/** A key that a commit added to, removed from, or whose document it changed in, an index. */
export interface WrittenKey {
  readonly index: number;
  readonly key: Key;
}

/** `start` is inside, `end` is not. A cursor moves the ends outwards as it reads. */
export interface KeyInterval {
  start: Key;
  end: Key;
}

export class ReadSet {
  readonly #byIndex = new Map<number, KeyInterval[]>();
  /** Length of the sorted, disjoint prefix state: false after any change. */
  #isSorted = true;

  /** Records an interval. The returned object may be widened by its owner while it reads on. */
  add(index: number, start: Key, end: Key): KeyInterval {
    const interval = { start, end };
    const intervals = this.#byIndex.get(index);
    if (intervals === undefined) this.#byIndex.set(index, [interval]);
    else intervals.push(interval);
    return interval;
  }

  overlaps(writes: readonly WrittenKey[]): boolean {
    for (const { index, key } of writes) {
      const intervals = this.#byIndex.get(index);
      if (intervals?.some(({ start, end }) => start <= key && key < end) === true) return true;
    }
    return false;
  }

  /** The intervals, empty ones left out. */
  *intervals(): Generator<{ index: number; start: Key; end: Key }> {
    for (const [index, intervals] of this.#byIndex) {
      for (const { start, end } of intervals) if (start < end) yield { index, start, end };
    }
  }
}
