/** How many sockets each address, user and session holds; the caps of socketLimits.ts are judged by it. */
export class SocketCounts {
  readonly #counts = new Map<string, number>();

  /** Counts one more for `key`; false if `max` are there. Each one that was counted is to be released once. */
  take(key: string, max: number): boolean {
    const count = this.#counts.get(key) ?? 0;
    if (count >= max) return false;
    this.#counts.set(key, count + 1);
    return true;
  }

  release(key: string): void {
    const left = (this.#counts.get(key) ?? 1) - 1;
    if (left === 0) this.#counts.delete(key);
    else this.#counts.set(key, left);
  }

  /** Keys with at least one socket. */
  get size(): number {
    return this.#counts.size;
  }
}
