/**
 * The few things that are under way, in no order. An array, because a Set whose members come and go defeats
 * V8's young generation: each hash table that it outgrows keeps a pointer to the next one (iterators that
 * are under way follow it), so once one of them has grown old, all later ones and what they held at their
 * ends count as alive until the next full collection.
 */
export class Bag<T> {
  readonly #items: T[] = [];

  add(item: T): void {
    this.#items.push(item);
  }

  /** Takes as long as the bag is large. Nothing happens if the item is not in it. */
  delete(item: T): void {
    const place = this.#items.indexOf(item);
    if (place === -1) return;
    const last = this.#items.pop();
    if (last !== undefined && place < this.#items.length) this.#items[place] = last;
  }

  /** Not to be changed meanwhile. */
  [Symbol.iterator](): IterableIterator<T> {
    return this.#items.values();
  }

  get size(): number {
    return this.#items.length;
  }
}
