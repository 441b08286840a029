/**
 * A set that mostly has one member, which lies in it then: of ranges that are watched nearly every one is one
 * query's, and nearly every query one subscriber's. A Set of one takes six times as much.
 */
export class Few<T> {
  /** Undefined: none, or in `#many`. */
  #one: T | undefined;
  #many: Set<T> | undefined;

  constructor(one?: T) {
    this.#one = one;
  }

  add(item: T): void {
    if (this.#many !== undefined) this.#many.add(item);
    else if (this.#one === undefined) this.#one = item;
    else if (this.#one !== item) {
      this.#many = new Set([this.#one, item]);
      this.#one = undefined;
    }
  }

  /** Nothing happens if the item is not in it. */
  delete(item: T): void {
    if (this.#many !== undefined) this.#many.delete(item);
    else if (this.#one === item) this.#one = undefined;
  }

  get size(): number {
    return this.#many?.size ?? (this.#one === undefined ? 0 : 1);
  }

  [Symbol.iterator](): Iterator<T> {
    if (this.#many !== undefined) return this.#many.values();
    return (this.#one === undefined ? [] : [this.#one]).values();
  }
}
