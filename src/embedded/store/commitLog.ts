/**
 * The keys that recent commits wrote, to check a transaction's reads against what happened since its
 * snapshot. Bounded: a transaction older than the log has to run again. Knows nothing of documents.
 */
import type { ReadSet, WrittenKey } from "../transaction/readSet.ts";

/** Some 100 bytes each: the log stays below about 50 MB. */
const MAX_KEYS = 500_000;

export class CommitLog {
  #commits: { ts: number; writes: readonly WrittenKey[] }[] = [];
  #keys = 0;
  /** Every commit after this one is in the log. */
  #completeSince: number;

  constructor(ts: number) {
    this.#completeSince = ts;
  }

  add(ts: number, writes: readonly WrittenKey[]): void {
    this.#commits.push({ ts, writes });
    this.#keys += writes.length;
  }

  /** Whether a commit after the snapshot wrote what was read, or may have. */
  conflicts(snapshotTs: number, reads: ReadSet): boolean {
    if (snapshotTs < this.#completeSince) return true;
    for (let i = this.#commits.length - 1; i >= 0; i--) {
      const commit = this.#commits[i];
      if (commit === undefined || commit.ts <= snapshotTs) return false;
      if (reads.overlaps(commit.writes)) return true;
    }
    return false;
  }

  /** Forgets commits that no open transaction needs: those up to `ts`, and the oldest over the bound. */
  trim(ts: number): void {
    let dropped = 0;
    for (const commit of this.#commits) {
      if (commit.ts > ts && this.#keys <= MAX_KEYS) break;
      this.#keys -= commit.writes.length;
      this.#completeSince = commit.ts;
      dropped++;
    }
    if (dropped > 0) this.#commits = this.#commits.slice(dropped);
  }

  /** Forgets the commits after `ts`: they were undone. */
  truncate(ts: number): void {
    const kept = this.#commits.filter((commit) => commit.ts <= ts);
    this.#keys = kept.reduce((keys, commit) => keys + commit.writes.length, 0);
    this.#commits = kept;
  }
}
