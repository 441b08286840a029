/** How many sockets each address, user and session holds; the caps of socketLimits.ts are judged by it. */
export class SocketCounts {
  readonly #groups = new Map<string, Map<string, SocketCount>>();

  /**
   * Counts one more of `group` for `name`; undefined if `max` are there. What is returned is the same for all
   * that count there, and is to be released once by each.
   */
  take(group: string, name: string, max: number): SocketCount | undefined {
    let counts = this.#groups.get(group);
    if (counts === undefined) this.#groups.set(group, (counts = new Map<string, SocketCount>()));
    const count = counts.get(name) ?? new SocketCount(name, counts);
    return count.take(max) ? count : undefined;
  }

  /** Names with at least one socket. */
  get size(): number {
    return [...this.#groups.values()].reduce((sum, { size }) => sum + size, 0);
  }
}

export class SocketCount {
  /** The first one's: a thousand sockets of one session hold one string. */
  readonly name: string;
  readonly #group: Map<string, SocketCount>;
  #count = 0;

  /** Is in `group` for as long as it counts anybody. */
  constructor(name: string, group: Map<string, SocketCount>) {
    this.name = name;
    this.#group = group;
  }

  take(max: number): boolean {
    if (this.#count >= max) return false;
    if (this.#count === 0) this.#group.set(this.name, this);
    this.#count += 1;
    return true;
  }

  release(): void {
    this.#count -= 1;
    if (this.#count === 0) this.#group.delete(this.name);
  }
}
