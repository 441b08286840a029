/** How many sockets each address, user and session holds; the caps of socketLimits.ts are judged by it. */
export class SocketCounts {
  readonly #counts = new Map<string, SocketCount>();

  /**
   * Counts one more of `group` for `name`; undefined if `max` are there. What is returned is the same for all that
   * count there, and is to be released once by each.
   */
  take(group: string, name: string, max: number): SocketCount | undefined {
    const key = `${group} ${name}`;
    const count = this.#counts.get(key) ?? new SocketCount(name, () => this.#counts.delete(key));
    if (!count.take(max)) return undefined;
    this.#counts.set(key, count);
    return count;
  }

  /** Names with at least one socket. */
  get size(): number {
    return this.#counts.size;
  }
}

export class SocketCount {
  /** The first one's: a thousand sockets of one session hold one string. */
  readonly name: string;
  readonly #onNone: () => void;
  #count = 0;

  constructor(name: string, onNone: () => void) {
    this.name = name;
    this.#onNone = onNone;
  }

  take(max: number): boolean {
    if (this.#count >= max) return false;
    this.#count += 1;
    return true;
  }

  release(): void {
    this.#count -= 1;
    if (this.#count === 0) this.#onNone();
  }
}
