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

/** `start` is inside, `end` is not. */
export interface KeyInterval {
  readonly start: Key;
  readonly end: Key;
}

export class ReadSet {
  readonly #byIndex = new Map<number, KeyInterval[]>();
  /** The same, sorted and disjoint; made when asked for. */
  readonly #merged = new Map<number, KeyInterval[]>();

  /** Records an interval. The result is for `widen`. */
  add(index: number, start: Key, end: Key): KeyInterval {
    const interval = { start, end };
    const intervals = this.#byIndex.get(index);
    if (intervals === undefined) this.#byIndex.set(index, [interval]);
    else intervals.push(interval);
    this.#merged.clear();
    return interval;
  }

  /** Moves the ends of an interval that `add` returned, as its reader goes on. */
  widen(interval: KeyInterval, start: Key, end: Key): void {
    Object.assign(interval, { start, end });
    if (this.#merged.size > 0) this.#merged.clear();
  }

  overlaps(writes: readonly WrittenKey[]): boolean {
    return writes.some(({ index, key }) => holds(this.#mergedOf(index), key));
  }

  /** Disjoint, none of them empty, in order within an index. */
  *intervals(): Generator<{ index: number; start: Key; end: Key }> {
    for (const index of this.#byIndex.keys()) {
      for (const { start, end } of this.#mergedOf(index)) yield { index, start, end };
    }
  }

  #mergedOf(index: number): readonly KeyInterval[] {
    const intervals = this.#byIndex.get(index);
    if (intervals === undefined) return [];
    let merged = this.#merged.get(index);
    if (merged === undefined) this.#merged.set(index, (merged = merge(intervals)));
    return merged;
  }
}

function merge(intervals: readonly KeyInterval[]): KeyInterval[] {
  const sorted = intervals
    .filter(({ start, end }) => start < end)
    .sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  const merged: { start: Key; end: Key }[] = [];
  for (const { start, end } of sorted) {
    const last = merged.at(-1);
    if (last === undefined || start > last.end) merged.push({ start, end });
    else if (end > last.end) last.end = end;
  }
  return merged;
}

/** Whether one of the sorted, disjoint intervals holds the key. */
function holds(intervals: readonly KeyInterval[], key: Key): boolean {
  let low = 0;
  let high = intervals.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const end = intervals[middle]?.end ?? key;
    if (end <= key) low = middle + 1;
    else high = middle;
  }
  const candidate = intervals[low];
  return candidate !== undefined && candidate.start <= key;
}
