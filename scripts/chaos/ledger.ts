/**
 * What writers were promised, and how that compares with what is stored. A write is acknowledged once its
 * mutation has resolved; until then it may be there or not, but never twice.
 */
export type Write = { round: number; writer: number; sequence: number };

export type Verdict = { acknowledged: number; stored: number; lost: number; duplicated: number };

export class Ledger {
  readonly #acknowledged = new Map<number, Set<string>>();
  #count = 0;

  get acknowledged(): number {
    return this.#count;
  }

  acknowledge({ round, writer, sequence }: Write): void {
    const writes = this.#acknowledged.get(round) ?? new Set();
    writes.add(`${writer}/${sequence}`);
    this.#acknowledged.set(round, writes);
    this.#count += 1;
  }

  /** @param stored the writes of these rounds as the database has them */
  judge(stored: ReadonlyMap<number, readonly string[]>): Verdict {
    const verdict = { acknowledged: 0, stored: 0, lost: 0, duplicated: 0 };
    for (const [round, writes] of stored) {
      const distinct = new Set(writes);
      verdict.stored += writes.length;
      verdict.duplicated += writes.length - distinct.size;
      for (const write of this.#acknowledged.get(round) ?? []) {
        verdict.acknowledged += 1;
        if (!distinct.has(write)) verdict.lost += 1;
      }
    }
    return verdict;
  }
}
