/**
 * How many authors each person has brought to an open board. An author is a Yjs client, of which each page that
 * is opened is one: every transaction counts through all that a board has, and every question of what is new
 * names them, so nobody may make up as many as they like (rule WB24).
 */

/** That a person may bring to a board which has not met them, while it is open. */
export const MAX_NEW_AUTHORS = 2_000;

export class NewAuthors {
  #brought: Map<string, number> | undefined; // by person; made when somebody draws

  /** @throws when that makes more than MAX_NEW_AUTHORS of one person. */
  admit(userId: string, count: number): void {
    if (count === 0) return;
    const all = (this.#brought ??= new Map<string, number>());
    const brought = (all.get(userId) ?? 0) + count;
    if (brought > MAX_NEW_AUTHORS) throw new RangeError("more authors than pages were ever open");
    all.set(userId, brought);
  }
}
