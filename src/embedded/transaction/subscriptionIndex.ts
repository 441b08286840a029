/**
 * Finds the subscriptions that a commit touches without looking at the others: one interval tree per
 * index. Knows nothing of queries or clients; a token is whatever the caller wants back.
 */
import type { Key } from "../values/keyEncoding.ts";
import { IntervalTree } from "./intervalTree.ts";
import type { ReadSet, WrittenKey } from "./readSet.ts";

interface Placed {
  index: number;
  start: Key;
  end: Key;
}

export class SubscriptionIndex<T> {
  readonly #trees = new Map<number, IntervalTree<T>>();
  readonly #placed = new Map<T, Placed[]>();

  /** Watches what the token read; replaces what it watched before. */
  add(token: T, reads: ReadSet): void {
    const placed = [...reads.intervals()];
    if (isSame(placed, this.#placed.get(token))) return; // most queries that run again read the same
    this.remove(token);
    this.#placed.set(token, placed);
    for (const { index, start, end } of placed) {
      let tree = this.#trees.get(index);
      if (tree === undefined) this.#trees.set(index, (tree = new IntervalTree<T>()));
      tree.add(start, end, token);
    }
  }

  remove(token: T): void {
    for (const { index, start, end } of this.#placed.get(token) ?? []) {
      const tree = this.#trees.get(index);
      tree?.remove(start, end, token);
      if (tree?.isEmpty() === true) this.#trees.delete(index);
    }
    this.#placed.delete(token);
  }

  /** The tokens with an interval that holds one of the keys. */
  touched(writes: readonly WrittenKey[]): Set<T> {
    const tokens = new Set<T>();
    for (const { index, key } of writes) this.#trees.get(index)?.collect(key, tokens);
    return tokens;
  }
}

function isSame(left: readonly Placed[], right: readonly Placed[] | undefined): boolean {
  if (left.length !== right?.length) return false;
  return left.every(({ index, start, end }, i) => {
    const other = right[i];
    return index === other?.index && start === other.start && end === other.end;
  });
}
