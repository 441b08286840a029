/**
 * Keeps the results of live queries for whoever asks next, as many as fit. What falls off was asked for
 * least recently; its query stays valid and watched, and runs once more if somebody asks again.
 */
const MAX_SHELVED_CHARS = 256 * 1024 * 1024;

export class ResultShelf<Query, Result extends { readonly body: string }> {
  readonly #maxChars: number;
  /** The least recently asked for first. */
  readonly #results = new Map<Query, Result>();
  #chars = 0;

  constructor(maxChars = MAX_SHELVED_CHARS) {
    this.#maxChars = maxChars;
  }

  get(query: Query): Result | undefined {
    const result = this.#results.get(query);
    if (result === undefined) return undefined;
    this.#results.delete(query);
    this.#results.set(query, result);
    return result;
  }

  put(query: Query, result: Result): void {
    this.remove(query);
    this.#results.set(query, result);
    this.#chars += result.body.length;
    for (const oldest of this.#results.keys()) {
      if (this.#chars <= this.#maxChars) break;
      this.remove(oldest);
    }
  }

  remove(query: Query): void {
    const result = this.#results.get(query);
    if (result === undefined) return;
    this.#results.delete(query);
    this.#chars -= result.body.length;
  }

  clear(): void {
    this.#results.clear();
    this.#chars = 0;
  }
}
