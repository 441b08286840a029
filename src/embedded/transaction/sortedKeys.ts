/**
 * A map ordered by key, for at most some ten thousand keys: a sorted array, searched by halves. Made
 * for a transaction's own writes, where inserting in the middle costs less than a tree would.
 */
import type { Key } from "../values/keyEncoding.ts";

export class SortedKeys<V> {
  readonly #keys: Key[] = [];
  readonly #values = new Map<Key, V>();

  set(key: Key, value: V): void {
    if (!this.#values.has(key)) this.#keys.splice(this.#lowerBound(key), 0, key);
    this.#values.set(key, value);
  }

  delete(key: Key): void {
    if (this.#values.delete(key)) this.#keys.splice(this.#lowerBound(key), 1);
  }

  /** The first entry at or after `start` and before `end`. */
  first(start: Key, end: Key): { key: Key; value: V } | undefined {
    return this.#at(this.#lowerBound(start), start, end);
  }

  /** The last entry at or after `start` and before `end`. */
  last(start: Key, end: Key): { key: Key; value: V } | undefined {
    return this.#at(this.#lowerBound(end) - 1, start, end);
  }

  #at(position: number, start: Key, end: Key): { key: Key; value: V } | undefined {
    const key = this.#keys[position];
    if (key === undefined || key < start || key >= end) return undefined;
    return { key, value: this.#values.get(key) as V };
  }

  /** Where the first key that is not below stands. */
  #lowerBound(key: Key): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const found = this.#keys[middle] ?? key;
      if (found < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
