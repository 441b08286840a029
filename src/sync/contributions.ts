/**
 * Who drew what: counts what is on a board by whom the objects name, and what has been changed by whom
 * the server saw change it. The first leaves out what names nobody. Pure but for what it collects.
 */
import { isAssistants, type CanvasObject } from "../../convex/contract/boardOps.ts";
import { MAX_PARTICIPANTS_PER_SESSION } from "../../convex/contract/limits.ts";
import type { Contribution } from "./versionStore.ts";

/** A person's id; null = the tutor. */
export type Author = string | null;

/** Which objects each author has added, changed or deleted since a moment. */
export class ChangeLedger {
  readonly #keys = new Map<Author, Set<string>>();

  note(author: Author, key: string): void {
    const keys = this.#keys.get(author);
    if (keys === undefined) this.#keys.set(author, new Set([key]));
    else keys.add(key);
  }

  /** Takes over what another ledger holds. */
  add(other: ChangeLedger): void {
    for (const [author, keys] of other.#keys) for (const key of keys) this.note(author, key);
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
