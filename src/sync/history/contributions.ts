/**
 * Who drew what: counts what is on a board by whom the objects name, and what has been changed by whom
 * the servers saw change it. The first leaves out what names nobody. Pure but for what it collects.
 */
import { isAssistants, type CanvasObject } from "../../../convex/contract/boardOps.ts";
import { MAX_PARTICIPANTS_PER_SESSION } from "../../../convex/contract/limits.ts";
import { covers, merged, type RelayVector } from "../peers/relayVector.ts";
import type { Contribution } from "./versionStore.ts";

/** A person's id; null = the tutor. */
export type Author = string | null;

/** An object that somebody has added, changed or deleted. */
export interface Credit {
  author: Author;
  key: string;
}

/** `told`: what companions call the newest such change. */
export interface ToldCredit extends Credit {
  told: RelayVector;
}

const UNTOLD: RelayVector = new Map();

/** Which objects each author has added, changed or deleted since a moment. */
export class ChangeLedger {
  /** With what other companions call the changes. */
  readonly #keys = new Map<Author, Map<string, RelayVector>>();

  /** `told`: what other companions call the change; undefined = there are none. */
  note({ author, key }: Credit, told: RelayVector = UNTOLD): void {
    const keys = this.#keys.get(author);
    if (keys === undefined) this.#keys.set(author, new Map([[key, told]]));
    else keys.set(key, told.size === 0 ? told : merged(keys.get(key) ?? UNTOLD, told));
  }

  /** Takes over what another ledger holds. */
  add(other: ChangeLedger): void {
    for (const { author, key, told } of other.#entries()) this.note({ author, key }, told);
  }

  *#entries(): Iterable<ToldCredit> {
    for (const [author, keys] of this.#keys) {
      for (const [key, told] of keys) yield { author, key, told };
    }
  }

  /** All that it holds. */
  credits(): ToldCredit[] {
    return [...this.#entries()];
  }

  /** Drops what a version has: all that `kept` stands for. What no companion was told stays. */
  forget(kept: RelayVector): void {
    for (const { author, key, told } of [...this.#entries()]) {
      if (told.size === 0 || !covers(kept, told)) continue;
      const keys = this.#keys.get(author);
      keys?.delete(key);
      if (keys?.size === 0) this.#keys.delete(author);
    }
  }

  countOf(author: Author): number {
    return this.#keys.get(author)?.size ?? 0;
  }

  authors(): Iterable<Author> {
    return this.#keys.keys();
  }
}

/** Those with the most first, at most as many as a session can have, and the tutor. */
export function contributionsOf(
  objects: Iterable<CanvasObject>,
  ledger: ChangeLedger,
): Contribution[] {
  const counts = new Map<Author, number>();
  for (const author of ledger.authors()) counts.set(author, 0);
  for (const object of objects) {
    const author = isAssistants(object) ? null : object.metadata?.authorId;
    if (author !== undefined) counts.set(author, (counts.get(author) ?? 0) + 1);
  }
  return [...counts]
    .map(([userId, count]) => ({ userId, objects: count, changed: ledger.countOf(userId) }))
    .sort((a, b) => b.objects + b.changed - (a.objects + a.changed))
    .slice(0, MAX_PARTICIPANTS_PER_SESSION + 1);
}
